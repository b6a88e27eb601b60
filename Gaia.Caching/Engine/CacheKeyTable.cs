using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>All key states of a node by key, within a limit of memory. What nobody touched since eviction last passed goes first (second chance).</summary>
internal sealed class CacheKeyTable
{
    private readonly ConcurrentDictionary<string, CacheKeyState> keyStates = new();
    private readonly ConcurrentDictionary<string, CacheKeyState>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly ConcurrentQueue<CacheKeyState> evictionQueue = new();
    private readonly RegionMap regions;
    private readonly FencingRules rules;
    private readonly Clock clock;
    private readonly long limit;
    private long size;
    private long evictAbove;
    private int evicting;

    public CacheKeyTable(RegionMap regions, FencingRules rules, Clock clock, CachingOptions options)
    {
        (this.regions, this.rules, this.clock, limit) = (regions, rules, clock, options.MemoryLimit);
        evictAbove = limit;
        byText = keyStates.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => keyStates.Count;

    /// <summary>The estimated bytes of all values and key states.</summary>
    public long Size => Volatile.Read(ref size);

    /// <summary>The same by region, in one pass over all keys.</summary>
    public Dictionary<RegionState, long> SizeByRegion()
    {
        Dictionary<RegionState, long> sizes = [];
        foreach (var (_, keyState) in keyStates)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(sizes, keyState.Live, out _) += CacheKeyState.Overhead + (keyState.Entry?.Cost ?? 0);
        }

        return sizes;
    }

    public IEnumerable<CacheKeyState> All => keyStates.Select(pair => pair.Value);

    public CacheKeyState? Find(string key) => keyStates.TryGetValue(key, out var keyState) ? keyState : null;

    public CacheKeyState? Find(ReadOnlySpan<char> key) => byText.TryGetValue(key, out var keyState) ? keyState : null;

    public CacheKeyState Get(string key)
    {
        if (keyStates.TryGetValue(key, out var keyState))
        {
            return keyState;
        }

        var made = new CacheKeyState(CacheKey.Checked(key), regions.Of(key), rules);
        keyState = keyStates.GetOrAdd(key, made);
        if (keyState == made)
        {
            evictionQueue.Enqueue(keyState);
            Grow(CacheKeyState.Overhead);
        }

        return keyState;
    }

    /// <summary>Makes room for what a key state has just got.</summary>
    public void EnforceSizeLimit(CacheKeyState keyState) => Grow(keyState.UpdateCharge());

    /// <summary>Drops every value whose key satisfies, and detaches what is in load for it.</summary>
    public void Drop(Func<CacheKeyState, bool> satisfies)
    {
        foreach (var keyState in All.Where(satisfies))
        {
            keyState.Drop();
        }
    }

    /// <summary>Retires what holds neither a usable value nor a fence that still matters, or fences would pile up for ever.</summary>
    public void Sweep()
    {
        for (var left = evictionQueue.Count; left > 0 && evictionQueue.TryDequeue(out var keyState); left--)
        {
            KeepOrForget(keyState, keyState.Retire(clock.Now));
        }

        Volatile.Write(ref evictAbove, limit);
    }

    private void Grow(int bytes)
    {
        if (Interlocked.Add(ref size, bytes) > Volatile.Read(ref evictAbove) && Interlocked.Exchange(ref evicting, 1) is 0)
        {
            try
            {
                Evict();
            }
            finally
            {
                Volatile.Write(ref evicting, 0);
            }
        }
    }

    /// <summary>
    /// Values go until the limit is met. Fences stay, as they are what keeps the promise, and may take as much room again; only beyond that do the
    /// oldest of them go, and Redis' tombstones are then alone in refusing what is old.
    /// </summary>
    private void Evict()
    {
        var target = limit - (limit / 16);
        for (var left = evictionQueue.Count * 2; left > 0 && Size > target && evictionQueue.TryDequeue(out var keyState); left--)
        {
            if (keyState.WasReadRecently)
            {
                keyState.WasReadRecently = false;
                evictionQueue.Enqueue(keyState);
                continue;
            }

            if (keyState.Entry is not null)
            {
                keyState.Evict();
                keyState.Statistics.Evictions.Add();
            }

            KeepOrForget(keyState, keyState.Retire(clock.Now, evenIfFenced: Size > limit * 2));
        }

        // Where fences alone are more than the limit, the next pass would find no more than this one: it has to be worth its while.
        Volatile.Write(ref evictAbove, Size > target ? Math.Max(limit, Size + (limit / 16)) : limit);
    }

    private void KeepOrForget(CacheKeyState keyState, bool retired)
    {
        Interlocked.Add(ref size, keyState.UpdateCharge());
        if (!retired)
        {
            evictionQueue.Enqueue(keyState);
            return;
        }

        keyStates.TryRemove(new(keyState.Key, keyState));
        keyState.Forget?.Invoke();
        Interlocked.Add(ref size, -CacheKeyState.Overhead);
    }
}
