namespace Gaia.Caching.Engine;

/// <summary>What happened in a region on this node since it started.</summary>
internal sealed class RegionStatistics(string region)
{
    public string Region => region;

    /// <summary>Answered from memory.</summary>
    public StripedCounter Hits { get; } = new();

    /// <summary>Answered from Redis.</summary>
    public StripedCounter StoreHits { get; } = new();

    /// <summary>Not answered from memory.</summary>
    public StripedCounter Misses { get; } = new();

    /// <summary>Answered by a value that outlived its time.</summary>
    public StripedCounter Stale { get; } = new();

    /// <summary>Loads from the source that succeeded.</summary>
    public StripedCounter Fills { get; } = new();

    /// <summary>Loads from the source that failed.</summary>
    public StripedCounter Failures { get; } = new();

    /// <summary>Loads that came too late to be kept: an invalidation had overtaken them, here or in Redis.</summary>
    public StripedCounter Refused { get; } = new();

    public StripedCounter Invalidations { get; } = new();

    public StripedCounter Evictions { get; } = new();

    /// <summary>How long the reads took that memory did not answer.</summary>
    public Latency Waits { get; } = new();

    /// <summary>Commands sent to Redis; a script is one.</summary>
    public StripedCounter Commands { get; } = new();
}
