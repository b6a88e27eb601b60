using Gaia.Caching.Engine;

namespace Gaia.Caching.Reading;

/// <summary>Reads what memory does not answer: one load per key, shared by all callers, each of whom may cancel on their own.</summary>
internal sealed class Reader(CacheNode node, Loader loader)
{
    /// <summary>How long a source that failed is left alone while stale values can answer.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private const int Attempts = 3;

    public async ValueTask<Cached<T>> ReadAsync<T>(string key, EntryOptions entryOptions, Func<CancellationToken, ValueTask<T>> load, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var began = TimeProvider.System.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var keyState = node.Keys.Get(key);
            if (entryOptions.MayBeStale && node.Clock.Now < keyState.RetryAt && FindStale<T>(keyState) is { } old)
            {
                return Stale(keyState, old);
            }

            if (JoinOrStart<T>(keyState, entryOptions) is not { } joined)
            {
                continue;
            }

            if (joined.Entry is { } entry)
            {
                CountHit(keyState, entry, node.Clock.Now);
                return entry.Answer();
            }

            if (joined.IsNew)
            {
                // All waiters share the load, so the first caller's cancellation must not stop it.
                _ = loader.RunAsync(keyState, joined.LoadOperation!, entryOptions, load);
            }

            // Warming up is no miss.
            keyState.Statistics.Misses.Add(entryOptions.Loads ? 1 : 0);
            var answer = await WaitAsync(keyState, joined.LoadOperation!, entryOptions, ct);
            keyState.Statistics.Waits.Add(TimeProvider.System.GetElapsedTime(began));
            SampleMiss(keyState, entryOptions);
            if (node.Rules.MayAnswer(answer.Version, joined.Fence))
            {
                return answer;
            }

            if (attempt >= Attempts)
            {
                // The source itself lags behind what was announced; saying so beats asking it for ever.
                keyState.Statistics.Stale.Add();
                return answer with { IsStale = true };
            }
        }
    }

    public static void CountHit(CacheKeyState keyState, CacheEntry entry, long now)
    {
        if ((keyState.Statistics.Hits.Add() & 15) is 0)
        {
            keyState.HitCount += 16;
        }

        if (!keyState.WasReadRecently)
        {
            keyState.WasReadRecently = true;
        }

        keyState.Sample?.Read(entry, now);
    }

    private void SampleMiss(CacheKeyState keyState, EntryOptions entryOptions)
    {
        if (keyState.Sample is { } sample && entryOptions.Loads)
        {
            sample.Read(keyState.Entry, node.Clock.Now);
        }
    }

    private JoinResult<T>? JoinOrStart<T>(CacheKeyState keyState, EntryOptions entryOptions)
    {
        var now = node.Clock.Now;
        var earliest = node.StalenessGuard.EarliestTrustedRead(now);

        // A load that hangs has no claim on those who come later.
        return keyState.JoinOrStart<T>(Satisfies, entryOptions.Flags, now, Math.Max(earliest, now - (long)Region.FillLimit.TotalMilliseconds));

        bool Satisfies(CacheEntry entry) => entryOptions.ReadsMemory && entry.IsFresh(now) && entry.Lifetime.ReadAt >= earliest;
    }

    /// <exception cref="InvalidOperationException">The caller is part of a load that this load waits for.</exception>
    private async ValueTask<Cached<T>> WaitAsync<T>(CacheKeyState keyState, LoadOperation<T> operation, EntryOptions entryOptions, CancellationToken ct)
    {
        if (LoadOperation.Current is not { } load)
        {
            return await WaitForResultAsync(keyState, operation, entryOptions, ct);
        }

        if (!load.Await(operation))
        {
            keyState.Leave(operation);
            throw new InvalidOperationException($"Cache key '{keyState.Key}' is read by a load that its own load waits for, or is: neither would ever end.");
        }

        try
        {
            return await WaitForResultAsync(keyState, operation, entryOptions, ct);
        }
        finally
        {
            load.EndAwait(operation);
        }
    }

    private async ValueTask<Cached<T>> WaitForResultAsync<T>(CacheKeyState keyState, LoadOperation<T> operation, EntryOptions entryOptions, CancellationToken ct)
    {
        try
        {
            return (await operation.Completion.WaitAsync(ct)).Answer();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !operation.Completion.IsCompleted)
        {
            keyState.Leave(operation);
            throw;
        }
        catch (Exception) when (operation.Completion.IsFaulted && entryOptions.MayBeStale && FindStale<T>(keyState) is { } old)
        {
            keyState.RetryAt = node.Clock.Now + (long)RetryDelay.TotalMilliseconds;
            return Stale(keyState, old);
        }
    }

    /// <summary>Away from home the bound holds for what stands in for a source that fails, too: it may be home that is out of reach.</summary>
    private CacheEntry<T>? FindStale<T>(CacheKeyState keyState)
    {
        var now = node.Clock.Now;
        return keyState.Entry is CacheEntry<T> old && old.IsWithinFailSafe(now)
            && (node.Store.HoldsValues || old.Lifetime.ReadAt >= node.StalenessGuard.EarliestTrustedRead(now)) ? old : null;
    }

    private static Cached<T> Stale<T>(CacheKeyState keyState, CacheEntry<T> old)
    {
        keyState.Statistics.Stale.Add();
        return old.Answer(stale: true);
    }
}
