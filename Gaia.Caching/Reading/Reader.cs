namespace Gaia.Caching;

/// <summary>Reads what memory does not answer: one flight per key, shared by all callers, each of whom may leave on their own.</summary>
internal sealed class Reader(CacheNode node, Loader loader)
{
    /// <summary>How long a source that failed is left alone while stale values can answer.</summary>
    private static readonly TimeSpan Throttle = TimeSpan.FromSeconds(1);

    private const int Attempts = 3;

    public async ValueTask<Cached<T>> ReadAsync<T>(string key, Ask ask, Func<CancellationToken, ValueTask<T>> load, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var began = TimeProvider.System.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var slot = node.Slots.Get(key);
            if (ask.MayBeStale && node.Clock.Now < slot.RetryAt && Old<T>(slot) is { } old)
            {
                return Stale(slot, old);
            }

            if (Board<T>(slot, ask) is not { } boarding)
            {
                continue;
            }

            if (boarding.Entry is { } entry)
            {
                CountHit(slot);
                return entry.Answer();
            }

            if (boarding.IsNew)
            {
                // It belongs to all passengers, so the first one's wait for its own answer must not carry it.
                _ = loader.FlyAsync(slot, boarding.Flight!, ask, load);
            }

            // Warming up is no miss.
            slot.Statistics.Misses.Add(ask.Loads ? 1 : 0);
            var answer = await FlyAlongAsync(slot, boarding.Flight!, ask, ct);
            slot.Statistics.Waits.Add(TimeProvider.System.GetElapsedTime(began));
            if (node.Rules.MayAnswer(answer.Version, boarding.Fence))
            {
                return answer;
            }

            if (attempt >= Attempts)
            {
                // The source itself lags behind what was announced; saying so beats asking it for ever.
                slot.Statistics.Stale.Add();
                return answer with { IsStale = true };
            }
        }
    }

    public static void CountHit(Slot slot)
    {
        if ((slot.Statistics.Hits.Add() & 15) is 0)
        {
            slot.Heat += 16;
        }

        if (!slot.Touched)
        {
            slot.Touched = true;
        }
    }

    private Boarding<T>? Board<T>(Slot slot, Ask ask)
    {
        var now = node.Clock.Now;
        var proven = node.Trust.EarliestProof(now);

        // A load that hangs has no claim on those who come later.
        return slot.Board<T>(Satisfies, ask.Flags, now, Math.Max(proven, now - (long)RedisStore.FillLimit.TotalMilliseconds));

        bool Satisfies(Entry entry) => ask.ReadsMemory && entry.IsFresh(now) && entry.Life.ReadAt >= proven;
    }

    /// <exception cref="InvalidOperationException">The caller is part of a load that this flight waits for.</exception>
    private async ValueTask<Cached<T>> FlyAlongAsync<T>(Slot slot, Flight<T> flight, Ask ask, CancellationToken ct)
    {
        if (Flight.OfThisFlow is not { } load)
        {
            return await LandAsync(slot, flight, ask, ct);
        }

        if (!load.Await(flight))
        {
            slot.Leave(flight);
            throw new InvalidOperationException($"Cache key '{slot.Key}' is read by a load that its own load waits for, or is: neither would ever end.");
        }

        try
        {
            return await LandAsync(slot, flight, ask, ct);
        }
        finally
        {
            load.EndAwait(flight);
        }
    }

    private async ValueTask<Cached<T>> LandAsync<T>(Slot slot, Flight<T> flight, Ask ask, CancellationToken ct)
    {
        try
        {
            return (await flight.Landing.WaitAsync(ct)).Answer();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested && !flight.Landing.IsCompleted)
        {
            slot.Leave(flight);
            throw;
        }
        catch (Exception) when (flight.Landing.IsFaulted && ask.MayBeStale && Old<T>(slot) is { } old)
        {
            slot.RetryAt = node.Clock.Now + (long)Throttle.TotalMilliseconds;
            return Stale(slot, old);
        }
    }

    private Entry<T>? Old<T>(Slot slot) => slot.Entry is Entry<T> old && old.MayStandIn(node.Clock.Now) ? old : null;

    private static Cached<T> Stale<T>(Slot slot, Entry<T> old)
    {
        slot.Statistics.Stale.Add();
        return old.Answer(stale: true);
    }
}
