namespace Gaia.Caching;

/// <summary>What a health check needs to know. Nothing here makes the service unhealthy: without Redis or the log it is slower, not wrong.</summary>
public sealed class CacheHealth
{
    private readonly RedisStore store;
    private readonly LogPosition position;
    private readonly Trust trust;

    internal CacheHealth(RedisStore store, LogPosition position, Trust trust) => (this.store, this.position, this.trust) = (store, position, trust);

    /// <summary>Whether the invalidation log has been applied up to less than the staleness bound ago.</summary>
    public bool IsLogTrusted => trust.HoldsNow;

    /// <summary>How long ago this node had last applied the whole log; zero while nothing waits to be applied.</summary>
    public TimeSpan LogDelay => position.Lag is 0 && trust.HoldsNow ? TimeSpan.Zero : trust.SinceProof;

    /// <summary>Whether reads ask Redis at all: false while the breaker is open.</summary>
    public bool IsRedisUsed => store.IsUsable;
}
