using System.Collections.Concurrent;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching;

/// <summary>A region at work: what services ask for. Inject it, and ask it by typed key.</summary>
public sealed class RegionCache<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, CacheKeyState> index = new();
    private readonly Region<TKey, TValue> region;
    private readonly CacheNode node;
    private readonly Reader reader;
    private readonly Invalidator invalidator;
    private readonly Func<TKey, CancellationToken, Task<TValue?>> source;
    private readonly EntryOptions entryOptions;
    private readonly EntryOptions storeOnly;

    internal RegionCache(
        Region<TKey, TValue> region,
        CacheNode node,
        Reader reader,
        Invalidator invalidator,
        Func<TKey, CancellationToken, Task<TValue?>>? source = null)
    {
        (this.region, this.node, this.reader, this.invalidator) = (region, node, reader, invalidator);
        this.source = source ?? ((_, _) => throw new InvalidOperationException(
            $"Cache region '{region.Name}' was registered without a source; use the overload of GetAsync that takes one."));
        entryOptions = new(region, mayBeStale: true);
        storeOnly = new(region, new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData });
    }

    /// <summary>The declaration.</summary>
    public Region<TKey, TValue> Region => region;

    /// <summary>The value of a key, from memory, from Redis, or from the region's source.</summary>
    public ValueTask<Cached<TValue?>> GetAsync(TKey key, CancellationToken ct = default) => GetAsync(key, source, ct);

    /// <summary>The same from a source given by the caller.</summary>
    /// <param name="key">The key.</param>
    /// <param name="load">
    /// Loads the value; null says that there is none. Others may share the load and it may outlive the caller, so it must not touch what belongs to
    /// the caller's request, such as a scoped DbContext.
    /// </param>
    /// <param name="ct">Ends the caller's wait; the load itself ends when nobody waits for it any more.</param>
    public ValueTask<Cached<TValue?>> GetAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken ct = default)
    {
        if (index.TryGetValue(key, out var keyState) && keyState.Entry is CacheEntry<TValue?> entry)
        {
            var now = node.Clock.Now;
            if (entry.IsFresh(now) && node.StalenessGuard.IsTrusted(now))
            {
                Reader.CountHit(keyState, entry, now);
                return new(entry.Answer());
            }
        }

        return LoadAsync(key, load, ct);
    }

    /// <summary>The source of this key has changed: from now on only what is at least this version answers, on every node.</summary>
    /// <param name="key">The key.</param>
    /// <param name="version">The row's new version, below 2^53; for a deleted row one more than its last. Null in regions without row versions.</param>
    /// <param name="ct">Ends the wait, not the invalidation.</param>
    /// <remarks>A change of database rows belongs into the outbox instead, which no crash can separate from its change.</remarks>
    public async ValueTask InvalidateAsync(TKey key, long? version = null, CancellationToken ct = default) =>
        await invalidator.InvalidateAsync(region.Key(key), version, ct);

    /// <summary>Reads all keys, a few at a time, so that they are in memory afterwards.</summary>
    /// <returns>How many answered by a value.</returns>
    public async Task<int> WarmAsync(IEnumerable<TKey> keys, CancellationToken ct = default)
    {
        var warmed = 0;
        await Parallel.ForEachAsync(keys, ct, async (key, stop) =>
        {
            if ((await GetAsync(key, stop)).Value is not null)
            {
                Interlocked.Increment(ref warmed);
            }
        });
        return warmed;
    }

    /// <summary>Brings what Redis holds under a key into memory, and never asks the source.</summary>
    internal async Task ReadStoreAsync(string key, CancellationToken ct) =>
        await reader.ReadAsync<TValue?>(key, storeOnly, static _ => throw new InvalidOperationException("The source is not to be asked."), ct);

    /// <summary>Asks the source and keeps nothing of what it says.</summary>
    internal Task<TValue?> ReadSourceAsync(TKey key, CancellationToken ct) => source(key, ct);

    private ValueTask<Cached<TValue?>> LoadAsync(TKey key, Func<TKey, CancellationToken, Task<TValue?>> load, CancellationToken ct)
    {
        var text = region.Key(key);
        Index(key, text);
        return reader.ReadAsync<TValue?>(text, entryOptions, stop => new(load(key, stop)), ct);
    }

    /// <summary>Finding the key state by the typed key spares a hit the making and hashing of the text.</summary>
    private void Index(TKey key, string text)
    {
        var keyState = node.Keys.Get(text);
        if (index.TryGetValue(key, out var known) && known == keyState)
        {
            return;
        }

        index[key] = keyState;
        keyState.Forget = () => index.TryRemove(new(key, keyState));
        if (keyState.Retired)
        {
            keyState.Forget();
        }
    }
}
