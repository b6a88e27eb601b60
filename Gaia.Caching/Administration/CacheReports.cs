using System.Text.Json.Nodes;

namespace Gaia.Caching.Administration;

/// <summary>What this node's cache did lately.</summary>
public sealed record CacheStats(int Minutes, bool RedisUsed, bool LogTrusted, long Memory, int Slots, IReadOnlyList<RegionStats> Regions);

/// <summary>One region over the whole time, and minute by minute.</summary>
/// <param name="Percentiles">Of the reads that memory did not answer, in milliseconds; null when there were none.</param>
/// <param name="Memory">Estimated bytes in memory now.</param>
public sealed record RegionStats(string Region, CacheCounts Total, WaitPercentiles? Percentiles, long Memory, IReadOnlyList<CacheMinute> Series);

/// <summary>How reads were answered.</summary>
/// <param name="Hits">Answered from memory.</param>
/// <param name="StoreHits">Answered from Redis.</param>
/// <param name="Misses">Not answered from memory.</param>
/// <param name="HitRatio">The share of reads answered from memory; null when there were none.</param>
/// <param name="StaleServes">Answered by a value past its time.</param>
/// <param name="Fills">Loaded from the source.</param>
/// <param name="RefusedFills">Loads that an invalidation had overtaken.</param>
/// <param name="Evictions">Values evicted for want of memory.</param>
/// <param name="Commands">Redis commands; a script is one.</param>
public sealed record CacheCounts(
    long Hits,
    long StoreHits,
    long Misses,
    double? HitRatio,
    long StaleServes,
    long Fills,
    long RefusedFills,
    long Evictions,
    long Commands);

/// <summary>How long reads took, in milliseconds.</summary>
public sealed record WaitPercentiles(double P50, double P95, double P99);

/// <summary>What was counted in the minute that ended at a moment.</summary>
public sealed record CacheMinute(DateTimeOffset At, CacheCounts Counts);

/// <summary>A key in Redis.</summary>
/// <param name="Ttl">Milliseconds until Redis forgets it; null when it never does.</param>
/// <param name="Size">Bytes in Redis.</param>
public sealed record CacheKeyInfo(string Key, string Region, long? Ttl, long Size);

/// <summary>One page of a listing.</summary>
/// <param name="Keys">As many as were asked for, while there are that many. A key may come twice while others come and go.</param>
/// <param name="Cursor">For the next page; null after the last.</param>
public sealed record CacheKeyPage(IReadOnlyList<CacheKeyInfo> Keys, string? Cursor);

/// <summary>What is held under a key.</summary>
/// <param name="Value">The value as JSON; null for a tombstone, and where the region is sensitive.</param>
/// <param name="Redacted">Whether there is a value that is not shown.</param>
/// <param name="Tombstone">Whether Redis holds the mark of an invalidation instead of a value.</param>
/// <param name="InMemory">Whether this node holds it too.</param>
public sealed record CacheEntryInfo(
    string Key,
    string Region,
    long? Version,
    long? Ttl,
    JsonNode? Value,
    bool Redacted,
    bool Tombstone,
    bool InRedis,
    bool InMemory);

/// <summary>A key that memory answers often.</summary>
/// <param name="Hits">How often since its key state was made, from a sample.</param>
public sealed record HotKey(string Key, string Region, long Hits);

/// <summary>How many values a node has read ahead.</summary>
public sealed record CacheWarmth(int Warmed);

/// <summary>What a node has counted since it started.</summary>
/// <param name="Memory">Estimated bytes of values in memory now.</param>
/// <param name="Slots">Keys that the node knows.</param>
/// <param name="RedisUnusedSeconds">How long a circuit breaker has been open, of the primary whose has been so for longest; null while all are closed, and during a start.</param>
public sealed record CacheCounters(bool RedisUsed, bool LogTrusted, long Memory, int Slots, IReadOnlyList<RegionCounters> Regions, double? RedisUnusedSeconds = null)
{
    /// <summary>What its regions have counted since then; everything where that is null.</summary>
    public IReadOnlyList<RegionCounters> Since(CacheCounters? then)
    {
        var before = then?.Regions.ToDictionary(region => region.Region) ?? [];
        return [.. Regions.Select(region => region.Since(before.GetValueOrDefault(region.Region)))];
    }
}

/// <summary>What a region has counted since its node started; see <see cref="CacheCounts"/>.</summary>
/// <param name="Waits">Reads that waited for Redis or the source.</param>
public sealed record RegionCounters(string Region, long Hits, long StoreHits, long Misses, long Waits, long StaleServes, long Fills, long Commands)
{
    /// <summary>What has been counted since then; everything where that is null.</summary>
    public RegionCounters Since(RegionCounters? then) => then is null
        ? this
        : new(
            Region,
            Hits - then.Hits,
            StoreHits - then.StoreHits,
            Misses - then.Misses,
            Waits - then.Waits,
            StaleServes - then.StaleServes,
            Fills - then.Fills,
            Commands - then.Commands);

    /// <summary>What was counted on two nodes, or at two times, together.</summary>
    public RegionCounters Plus(RegionCounters other) => new(
        Region,
        Hits + other.Hits,
        StoreHits + other.StoreHits,
        Misses + other.Misses,
        Waits + other.Waits,
        StaleServes + other.StaleServes,
        Fills + other.Fills,
        Commands + other.Commands);
}
