using Gaia.Caching.Log;
using Gaia.Caching.Store;
using Gaia.Messaging;

namespace Gaia.Caching.Administration;

/// <summary>What a health check needs to know. Nothing here makes the service unhealthy: without Redis or the log it is slower, not wrong.</summary>
public sealed class CacheHealth
{
    private readonly RedisStore store;
    private readonly LogPosition position;
    private readonly StalenessGuard guard;

    internal CacheHealth(RedisStore store, LogPosition position, StalenessGuard guard) => (this.store, this.position, this.guard) = (store, position, guard);

    /// <summary>Raised when a primary of Redis does not answer any more.</summary>
    public event Action? RedisLost
    {
        add => store.Primaries.Lost += value;
        remove => store.Primaries.Lost -= value;
    }

    /// <summary>Whether the invalidation log has been applied up to less than the staleness bound ago.</summary>
    public bool IsLogTrusted => guard.IsTrustedNow;

    /// <summary>How long ago this node had last applied the whole log; zero while nothing waits to be applied.</summary>
    public TimeSpan LogDelay => position.Lag is 0 && guard.IsTrustedNow ? TimeSpan.Zero : guard.SinceConfirmation;

    /// <summary>Whether reads ask Redis at all: false while the breakers of all primaries are open.</summary>
    public bool IsRedisUsed => store.IsUsable;

    /// <summary>How many primaries of Redis there are: one, unless it is a cluster.</summary>
    public int RedisPrimaries => store.Primaries.Count;

    /// <summary>How many of them reads ask.</summary>
    public int RedisPrimariesUsed => store.Primaries.UsedCount;

    /// <summary>Asks Redis in the background whether it answers.</summary>
    public void ProbeRedis() => store.Primaries.RequestProbe();
}
