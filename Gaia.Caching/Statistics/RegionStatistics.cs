namespace Gaia.Caching;

/// <summary>What happened in a region on this node since it started.</summary>
internal sealed class RegionStatistics(string region)
{
    public string Region => region;

    /// <summary>Answered from memory.</summary>
    public Tally Hits { get; } = new();

    /// <summary>Answered from Redis.</summary>
    public Tally StoreHits { get; } = new();

    /// <summary>Not answered from memory.</summary>
    public Tally Misses { get; } = new();

    /// <summary>Answered by a value that outlived its time.</summary>
    public Tally Stale { get; } = new();

    /// <summary>Loads from the source that succeeded.</summary>
    public Tally Fills { get; } = new();

    /// <summary>Loads from the source that failed.</summary>
    public Tally Failures { get; } = new();

    /// <summary>Loads that came too late to be kept: an invalidation had overtaken them, here or in Redis.</summary>
    public Tally Refused { get; } = new();

    public Tally Invalidations { get; } = new();

    public Tally Evictions { get; } = new();

    /// <summary>Commands sent to Redis; a script is one.</summary>
    public Tally Commands { get; } = new();
}
