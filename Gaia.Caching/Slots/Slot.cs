using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Caching;

/// <summary>
/// Everything a node knows of one key: entry, fence, turn and flight, changed together under one lock, so that no race has a gap to slip through.
/// A hit only reads <see cref="Entry"/>.
/// </summary>
internal sealed class Slot(string key, LiveRegion live, FencingRules rules)
{
    /// <summary>What a slot takes besides its value, in bytes; an estimate.</summary>
    public const int Overhead = 400;

    private readonly Lock gate = new();
    private volatile Entry? entry;
    private Flight? flight;
    private long fence;
    private long fenceKeptUntil;
    private int turn;
    private bool retired;
    private int charged;
    private long retryAt;

    public string Key => key;

    public LiveRegion Live => live;

    public Region Region => live.Declared;

    public RegionStatistics Statistics => live.Statistics;

    public Entry? Entry => entry;

    /// <summary>Nothing older than this version is answered or kept.</summary>
    public long Fence => Volatile.Read(ref fence);

    /// <summary>Set by hits, cleared when eviction passes by: the second chance.</summary>
    public bool Touched { get; set; }

    /// <summary>A sampled count of hits.</summary>
    public int Heat { get; set; }

    public bool Retired => Volatile.Read(ref retired);

    /// <summary>Notes what the slot's value takes now.</summary>
    /// <returns>By how much that differs from the last time.</returns>
    public int Recharge()
    {
        var cost = entry?.Cost ?? 0;
        return cost - Interlocked.Exchange(ref charged, cost);
    }

    /// <summary>Called when the slot leaves the table, for those who hold it by another name.</summary>
    public Action? Forget { get; set; }

    /// <summary>Until when a failed load is not tried again while a stale value can answer, on the <see cref="Clock"/>.</summary>
    public long RetryAt
    {
        get => Volatile.Read(ref retryAt);
        set => Volatile.Write(ref retryAt, value);
    }

    /// <summary>Whether the fence comes from an invalidation that may still matter to Redis.</summary>
    public bool IsFenced(long now) => now < Volatile.Read(ref fenceKeptUntil);

    /// <summary>Raises the fence, bumps the turn, detaches the flight and drops an older entry, in one step, unless the news was known.</summary>
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
                Disturb();
                Raise(Math.Max(version, fence + 1));
            }
        }
    }

    /// <summary>Forgets the value without a new version: a flush. What is in flight reaches those who wait for it, and nobody else.</summary>
    public void Drop()
    {
        lock (gate)
        {
            Disturb();
            entry = null;
        }
    }

    /// <summary>
    /// Under one lock: the entry if it satisfies, else the flight under way if it began late enough and was asked for the same way, else a new flight.
    /// Null: the slot has left the table.
    /// </summary>
    public Boarding<T>? Board<T>(Func<Entry, bool> satisfies, HybridCacheEntryFlags flags, long now, long earliest)
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

            if (flight is { } underWay && underWay.Flags == flags && underWay.Began >= earliest)
            {
                underWay.Passengers++;
                return new(null, underWay as Flight<T> ?? throw WrongType<T>(), false, fence);
            }

            // One can be joined at a time; who asks in an uncommon way leaves that place to the others.
            var begun = new Flight<T>(flags, turn, fence, now);
            if (flight is null || flight.Flags == flags || flags is HybridCacheEntryFlags.None)
            {
                flight = begun;
            }

            return new(null, begun, true, fence);
        }
    }

    /// <summary>A passenger leaves early; the last one ends the flight.</summary>
    public void Leave(Flight left)
    {
        lock (gate)
        {
            if (--left.Passengers > 0)
            {
                return;
            }

            Detach(left);
        }

        left.Abandon();
    }

    public void Detach(Flight ended)
    {
        lock (gate)
        {
            if (flight == ended)
            {
                flight = null;
            }
        }
    }

    /// <summary>The flight, still on its way, found a tombstone in Redis: its load will begin after that invalidation.</summary>
    public void Learn(Flight learner, long version, long keepUntil)
    {
        lock (gate)
        {
            fenceKeptUntil = Math.Max(fenceKeptUntil, keepUntil);
            if (version <= fence)
            {
                return;
            }

            Raise(version);
            if (learner.Turn == turn)
            {
                learner.Fence = version;
            }
        }
    }

    /// <summary>The version of what the flight loaded: its own, or the fence seen before the load.</summary>
    public long VersionOfLoad(Flight loader, long? own)
    {
        lock (gate)
        {
            return own ?? rules.VersionOfLoad(loader.Fence, fence);
        }
    }

    /// <summary>The one place where an entry is kept. False: it is too old, and must not go to Redis either.</summary>
    /// <param name="fresh">The candidate.</param>
    /// <param name="loader">The flight that brings it, which is no longer under way afterwards; null for a value that was set.</param>
    /// <param name="versioned">Whether the version says by itself how old the value is; if not, any invalidation meanwhile refuses it.</param>
    /// <param name="keep">False to judge only, and keep nothing in memory.</param>
    public bool Store(Entry fresh, Flight? loader, bool versioned, bool keep = true)
    {
        lock (gate)
        {
            if (flight == loader)
            {
                flight = null;
            }

            if (!rules.MayKeep(fresh.Version, fence) || (!versioned && loader is not null && !rules.IsUndisturbed(loader.Turn, turn)))
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

    /// <summary>Takes the slot out of use if nothing in it matters any more. A slot in use stays.</summary>
    public bool Retire(long now, bool evenIfFenced = false)
    {
        lock (gate)
        {
            if (flight is not null || (entry is { } kept && kept.MayStandIn(now)) || (now < fenceKeptUntil && !evenIfFenced))
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
    public Entry<T>? Held<T>() => entry is not { } any ? null : any as Entry<T> ?? throw WrongType<T>();

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

    private void Disturb()
    {
        turn++;
        if (rules.DetachesFlights)
        {
            flight = null;
        }
    }
}

/// <summary>What a reader got: a value, or a flight to wait for, which is theirs to start when it is new.</summary>
/// <param name="Fence">The fence when they asked.</param>
internal readonly record struct Boarding<T>(Entry<T>? Entry, Flight<T>? Flight, bool IsNew, long Fence);
