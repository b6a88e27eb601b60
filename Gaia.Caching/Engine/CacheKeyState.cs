using Gaia.Messaging;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching.Engine;

/// <summary>
/// Everything a node knows of one key: entry, fence, turn and load, changed together under one lock, so that no race has a gap to slip through.
/// A hit only reads <see cref="Entry"/>.
/// </summary>
internal sealed class CacheKeyState(string key, RegionState live, FencingRules rules)
{
    /// <summary>What a key state takes besides its value, in bytes; an estimate.</summary>
    public const int Overhead = 400;

    private readonly Lock gate = new();
    private volatile CacheEntry? entry;
    private LoadOperation? operation;
    private long fence;
    private long fenceKeptUntil;
    private int invalidations;
    private bool retired;
    private int charged;
    private long retryAt;

    public string Key => key;

    public RegionState Live => live;

    public Region Region => live.Declared;

    public RegionStatistics Statistics => live.Statistics;

    /// <summary>Null: the tuning advice does not follow this key.</summary>
    public SampledKey? Sample { get; } = live.Sample?.Find(key);

    public CacheEntry? Entry => entry;

    /// <summary>Nothing older than this version is answered or kept.</summary>
    public long Fence => Volatile.Read(ref fence);

    /// <summary>Set by hits, cleared when eviction passes by: the second chance.</summary>
    public bool WasReadRecently { get; set; }

    /// <summary>A sampled count of hits.</summary>
    public int HitCount { get; set; }

    public bool Retired => Volatile.Read(ref retired);

    /// <summary>Notes what the key state's value takes now.</summary>
    /// <returns>By how much that differs from the last time.</returns>
    public int UpdateCharge()
    {
        var cost = entry?.Cost ?? 0;
        return cost - Interlocked.Exchange(ref charged, cost);
    }

    /// <summary>Called when the key state leaves the table, for those who hold it by another name.</summary>
    public Action? Forget { get; set; }

    /// <summary>Until when a failed load is not tried again while a stale value can answer, on the <see cref="Clock"/>.</summary>
    public long RetryAt
    {
        get => Volatile.Read(ref retryAt);
        set => Volatile.Write(ref retryAt, value);
    }

    /// <summary>Whether the fence comes from an invalidation that may still matter to Redis.</summary>
    public bool IsFenced(long now) => now < Volatile.Read(ref fenceKeptUntil);

    /// <summary>Raises the fence, bumps the turn, detaches the load and drops an older entry, in one step, unless the news was known.</summary>
    /// <param name="version">The version from which on values are accepted.</param>
    /// <param name="keepUntil">How long the fence matters, on the <see cref="Clock"/>.</param>
    /// <param name="outbid">Whether a lower version than the fence is news all the same, and raises the fence by one.</param>
    public void Invalidate(long version, long keepUntil, bool outbid = false)
    {
        lock (gate)
        {
            fenceKeptUntil = Math.Max(fenceKeptUntil, keepUntil);
            if (version > fence || (outbid && version < fence))
            {
                DetachLoad();
                Raise(Math.Max(version, fence + 1));
                Sample?.Invalidate();
            }
        }
    }

    /// <summary>Forgets the value without a new version: a flush. What is in load reaches those who wait for it, and nobody else.</summary>
    public void Drop()
    {
        lock (gate)
        {
            DetachLoad();
            entry = null;
            Sample?.Invalidate();
        }
    }

    /// <summary>
    /// Under one lock: the entry if it satisfies, else the load under way if it began late enough and was asked for the same way, else a new load.
    /// Null: the key state has left the table.
    /// </summary>
    public JoinResult<T>? JoinOrStart<T>(Func<CacheEntry, bool> satisfies, HybridCacheEntryFlags flags, long now, long earliest)
    {
        lock (gate)
        {
            if (retired)
            {
                return null;
            }

            if (Held<T>() is { } there && satisfies(there))
            {
                return new(there, null, false, fence);
            }

            if (operation is { } running && running.Flags == flags && running.Began >= earliest)
            {
                running.Waiters++;
                return new(null, running as LoadOperation<T> ?? throw WrongType<T>(), false, fence);
            }

            // One can be joined at a time; who asks in an uncommon way leaves that place to the others.
            var begun = new LoadOperation<T>(flags, invalidations, fence, now);
            if (operation is null || operation.Flags == flags || flags is HybridCacheEntryFlags.None)
            {
                operation = begun;
            }

            return new(null, begun, true, fence);
        }
    }

    /// <summary>Entry, fence and load at one moment. Nothing is counted or changed.</summary>
    public CacheKeyView View()
    {
        lock (gate)
        {
            return new(entry, fence, operation is { } running ? new(running.Fence, running.Began) : null);
        }
    }

    /// <summary>A waiter leaves early; the last one ends the load.</summary>
    public void Leave(LoadOperation left)
    {
        lock (gate)
        {
            if (--left.Waiters > 0)
            {
                return;
            }

            Detach(left);
        }

        left.Cancel();
    }

    public void Detach(LoadOperation ended)
    {
        lock (gate)
        {
            if (operation == ended)
            {
                operation = null;
            }
        }
    }

    /// <summary>The load, still on its way, found a tombstone in Redis: its load will begin after that invalidation.</summary>
    public void ApplyTombstone(LoadOperation operation, long version, long keepUntil)
    {
        lock (gate)
        {
            fenceKeptUntil = Math.Max(fenceKeptUntil, keepUntil);
            if (version <= fence)
            {
                return;
            }

            Raise(version);
            if (operation.Invalidations == invalidations)
            {
                operation.Fence = version;
            }
        }
    }

    /// <summary>The version of what the load loaded: its own, or the fence seen before the load.</summary>
    public long VersionOfLoad(LoadOperation loader, long? own)
    {
        lock (gate)
        {
            return own ?? rules.VersionOfLoad(loader.Fence, fence);
        }
    }

    /// <summary>The one place where an entry is kept. False: it is too old, and must not go to Redis either.</summary>
    /// <param name="fresh">The candidate.</param>
    /// <param name="loader">The load that brings it, which is no longer under way afterwards; null for a value that was set.</param>
    /// <param name="versioned">Whether the version says by itself how old the value is; if not, any invalidation meanwhile refuses it.</param>
    /// <param name="keep">False to compare only, and keep nothing in memory.</param>
    public bool Store(CacheEntry fresh, LoadOperation? loader, bool versioned, bool keep = true)
    {
        lock (gate)
        {
            if (operation == loader)
            {
                operation = null;
            }

            if (!rules.MayKeep(fresh.Version, fence) || (!versioned && loader is not null && !rules.WasNotInvalidated(loader.Invalidations, invalidations)))
            {
                return false;
            }

            Raise(fresh.Version);
            if (keep && !retired)
            {
                entry = fresh;
                retryAt = 0;
            }

            return true;
        }
    }

    /// <summary>Gives up the value to make room.</summary>
    public void Evict() => entry = null;

    /// <summary>Takes the key state out of use if nothing in it matters any more. A key state in use stays.</summary>
    public bool Retire(long now, bool evenIfFenced = false)
    {
        lock (gate)
        {
            if (operation is not null || (entry is { } kept && kept.IsWithinFailSafe(now)) || (now < fenceKeptUntil && !evenIfFenced))
            {
                return false;
            }

            entry = null;
            retired = true;
            return true;
        }
    }

    /// <summary>The value, whether it may still answer or not.</summary>
    /// <exception cref="InvalidOperationException">It is of another type.</exception>
    public CacheEntry<T>? Held<T>() => entry is not { } any ? null : any as CacheEntry<T> ?? throw WrongType<T>();

    /// <summary>A value below the fence must not stay, also where what raised the fence is not kept: the news of it would find the fence as high as itself.</summary>
    private void Raise(long version)
    {
        fence = Math.Max(fence, version);
        if (entry is { } old && old.Version < fence)
        {
            entry = null;
        }
    }

    private InvalidOperationException WrongType<T>() =>
        new($"Cache key '{key}' is read as {typeof(T).Name}, but something else is cached under it.");

    private void DetachLoad()
    {
        invalidations++;
        if (rules.DetachesLoads)
        {
            operation = null;
        }
    }
}
