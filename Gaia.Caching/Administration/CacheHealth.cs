namespace Gaia.Caching;

/// <summary>What a health check needs to know. Nothing here makes the service unhealthy: without Redis or the log it is slower, not wrong.</summary>
public sealed class CacheHealth
{
    private readonly StoreProbe probe;
    private readonly LogPosition position;
    private readonly Trust trust;

    internal CacheHealth(StoreProbe probe, LogPosition position, Trust trust) => (this.probe, this.position, this.trust) = (probe, position, trust);

    /// <summary>Whether the invalidation log has been applied up to less than the staleness bound ago.</summary>
    public bool IsLogTrusted => trust.HoldsNow;

    /// <summary>How long ago this node had last applied the whole log; zero while nothing waits to be applied.</summary>
    public TimeSpan LogDelay => position.Lag is 0 && trust.HoldsNow ? TimeSpan.Zero : trust.SinceProof;

    /// <summary>Entries of the log still to be applied when this node last looked.</summary>
    public long LogLag => position.Lag;

    /// <summary>Whether reads ask Redis at all: false while the breaker is open.</summary>
    public bool IsRedisUsed => probe.IsStoreUsed;

    /// <summary>Asks Redis now, for at most <see cref="CachingOptions.RedisDeadline"/>.</summary>
    public Task<bool> AskRedisAsync() => probe.AskAsync();
}
