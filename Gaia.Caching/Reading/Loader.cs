using Gaia.Caching.Engine;
using Gaia.Caching.Store;

namespace Gaia.Caching.Reading;

/// <summary>Runs a single-flight load under a distributed lock: Redis first, then the source. The fencing rules decide whether the result is stored.</summary>
internal sealed class Loader(CacheNode node, DistributedLoadLock cluster)
{
    /// <param name="keyState">The key.</param>
    /// <param name="operation">Completes or fails when this ends; this itself never throws.</param>
    /// <param name="entryOptions">The rules to load by.</param>
    /// <param name="load">The source.</param>
    public async Task RunAsync<T>(CacheKeyState keyState, LoadOperation<T> operation, EntryOptions entryOptions, Func<CancellationToken, ValueTask<T>> load)
    {
        string? lockToken = null;
        try
        {
            entryOptions = keyState.Live.Trial is { } trial && trial.IsOn(node.Clock.Now) ? entryOptions.With(trial.Ttl) : entryOptions;
            var deadline = node.Store.Clock.Now + (long)Region.FillLimit.TotalMilliseconds;
            if (entryOptions.ReadsStore && Accept(await node.Store.ReadAsync(keyState.Key, keyState.Live)) is { } stored)
            {
                operation.Complete(stored);
                return;
            }

            if (!entryOptions.Loads)
            {
                // Nobody may join it any more: Redis can have the value a moment later.
                keyState.Detach(operation);
                operation.Complete(new CacheEntry<T>(default!, keyState.VersionOfLoad(operation, null), default, 0));
                return;
            }

            if (entryOptions.ReadsStore && entryOptions.WritesStore)
            {
                (lockToken, var foundMeanwhile) = await cluster.AcquireAsync(keyState, Accept, operation.Cancellation);
                if (foundMeanwhile is not null)
                {
                    operation.Complete(foundMeanwhile);
                    return;
                }
            }

            operation.BeginLoad();
            var value = await load(operation.Cancellation);
            if (Store(keyState, operation, entryOptions, value) is { } fill)
            {
                var written = await node.Store.FillAsync(keyState, fill.Envelope, fill.Life, deadline, lockToken);
                lockToken = null;
                ApplyNewerVersion(keyState, written);
            }
        }
        catch (Exception error)
        {
            keyState.Statistics.Failures.Add(operation.Cancellation.IsCancellationRequested ? 0 : 1);
            keyState.Detach(operation);
            operation.Fail(error);
        }
        finally
        {
            if (lockToken is not null)
            {
                await node.Store.UnlockAsync(keyState, lockToken);
            }
        }

        CacheEntry<T>? Accept(StoreRead read) => this.Accept(keyState, operation, entryOptions, read);
    }

    /// <summary>Completes the load, and keeps the value in memory if it may be kept.</summary>
    /// <returns>What is to be written to Redis; null: nothing.</returns>
    private (Envelope Envelope, TimeSpan Life)? Store<T>(CacheKeyState keyState, LoadOperation<T> operation, EntryOptions entryOptions, T value)
    {
        var (now, utc) = (node.Clock.Now, node.Clock.Time.GetUtcNow());
        var data = entryOptions.WritesStore ? node.Serializer.Write(value, keyState) : [];
        var own = OwnVersion(keyState, value);
        var fresh = LifetimeCalculator.Fresh(entryOptions, value, utc);
        var kept = LifetimeCalculator.Kept(entryOptions, value, fresh, utc);
        var entry = new CacheEntry<T>(value, keyState.VersionOfLoad(operation, own), LifetimeCalculator.Of(entryOptions, operation.Began, now, fresh, kept), data.Length);

        keyState.Statistics.Fills.Add();
        var accepted = keyState.Store(entry, operation, own is not null, entryOptions.WritesMemory);
        operation.Complete(entry);
        if (!accepted)
        {
            keyState.Statistics.Refused.Add();
            return null;
        }

        node.Keys.EnforceSizeLimit(keyState);
        return entryOptions.WritesStore && fresh > TimeSpan.Zero
            ? (new Envelope { Version = entry.Version, FreshUntil = node.Store.Clock.Now + (long)fresh.TotalMilliseconds, Data = data }, fresh)
            : null;
    }

    /// <summary>Redis can hold a newer version than the log has delivered to this node.</summary>
    private void ApplyNewerVersion(CacheKeyState keyState, StoreWrite written)
    {
        if (written is { Stored: false, Version: { } newer })
        {
            keyState.Statistics.Refused.Add();
            keyState.Invalidate(newer, KeepFenceUntil(keyState));
        }
    }

    /// <summary>Keeps and returns what Redis holds; null when it is of no use.</summary>
    private CacheEntry<T>? Accept<T>(CacheKeyState keyState, LoadOperation<T> operation, EntryOptions entryOptions, StoreRead read)
    {
        if (read.Answer is StoreAnswer.Tombstone && node.Rules.AppliesTombstones)
        {
            keyState.ApplyTombstone(operation, read.Envelope.Version, KeepFenceUntil(keyState));
        }

        if (read.Answer is not StoreAnswer.Hit || !node.Rules.MayKeep(read.Envelope.Version, keyState.Fence))
        {
            return null;
        }

        if (!node.Serializer.TryRead<T>(read.Envelope.Data, out var value))
        {
            return null;
        }

        var fresh = TimeSpan.FromMilliseconds(read.Envelope.FreshUntil - node.Store.Clock.Now);
        var life = LifetimeCalculator.Of(entryOptions, operation.Began, node.Clock.Now, fresh, fresh + entryOptions.Region.FailSafe);
        if (fresh <= TimeSpan.Zero)
        {
            return null;
        }

        var entry = new CacheEntry<T>(value, read.Envelope.Version, life, read.Envelope.Data.Length);
        if (!keyState.Store(entry, operation, versioned: true, entryOptions.WritesMemory))
        {
            return null;
        }

        node.Keys.EnforceSizeLimit(keyState);
        keyState.Statistics.StoreHits.Add();
        return entry;
    }

    private static long? OwnVersion<T>(CacheKeyState keyState, T value)
    {
        var version = keyState.Region.VersionOf(value);
        return version is null or (>= 0 and < Envelope.VersionLimit) ? version : throw new InvalidOperationException(
            $"The value of cache key '{keyState.Key}' has version {version}; versions are from 0 to {Envelope.VersionLimit - 1}.");
    }

    private long KeepFenceUntil(CacheKeyState keyState) => node.Clock.Now + (long)keyState.Live.TombstoneLife.TotalMilliseconds;
}
