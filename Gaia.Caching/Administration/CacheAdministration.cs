using System.Text.Json.Nodes;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using StackExchange.Redis;

namespace Gaia.Caching.Administration;

/// <summary>What an administrator can see and do, off the request path. What it reports of memory is this node's; what it removes goes everywhere.</summary>
public sealed class CacheAdministration
{
    // Whoever looks at a key is not in a hurry: one late answer is no reason to call Redis unavailable.
    private const int InspectRetries = 20;
    private static readonly TimeSpan InspectRetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly CacheNode node;
    private readonly Invalidator invalidator;
    private readonly StatisticsHistory history;
    private readonly RedisKeys keys;
    private readonly HotKeys hot;

    internal CacheAdministration(CacheNode node, Invalidator invalidator, StatisticsHistory history, RedisKeys keys, HotKeys hot) =>
        (this.node, this.invalidator, this.history, this.keys, this.hot) = (node, invalidator, history, keys, hot);

    /// <summary>Statistics of this node, at most of the last day.</summary>
    public CacheStats Stats(int minutes = 60)
    {
        var snapshots = history.Last(minutes);
        var sizes = node.Keys.SizeByRegion();
        var regions = node.Regions.All.Select(region => Report(region.Declared.Name, sizes.GetValueOrDefault(region), snapshots)).ToArray();
        return new(minutes, node.Store.IsUsable, node.StalenessGuard.IsTrustedNow, node.Keys.Size, node.Keys.Count, regions);
    }

    /// <summary>What this node has counted since it started, without a look at each key.</summary>
    public CacheCounters Counters() => new(
        node.Store.IsUsable,
        node.StalenessGuard.IsTrustedNow,
        node.Keys.Size,
        node.Keys.Count,
        [.. node.Regions.All.Select(region => Count(region.Declared.Name, region.Statistics)).Where(region => region.Hits + region.Misses > 0)],
        node.Store.Primaries.UnusedFor?.TotalSeconds);

    /// <summary>One page of the keys in Redis that match; see <see cref="CacheKeyPage"/>.</summary>
    /// <param name="pattern"><c>*</c> is any text and <c>?</c> any character.</param>
    /// <param name="cursor">The cursor of the page before; null for the first.</param>
    /// <param name="limit">How many keys at most, up to 1,000.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="ArgumentException">The cursor is not one that a page had.</exception>
    /// <exception cref="RedisException">Redis is unavailable.</exception>
    public async Task<CacheKeyPage> KeysAsync(string pattern = "*", string? cursor = null, int limit = 100, CancellationToken ct = default)
    {
        var (page, next) = await keys.PageAsync(pattern, cursor, Math.Clamp(limit, 1, 1_000), ct);
        var found = await Task.WhenAll(page.Select(async key =>
        {
            var (ttl, size) = await keys.MeasureAsync(key);
            return size is { } bytes ? new CacheKeyInfo(key, node.Regions.Of(key).Declared.Name, (long?)ttl?.TotalMilliseconds, bytes) : null;
        }));

        // What expired between the search and the look is not there.
        return new([.. found.OfType<CacheKeyInfo>()], next);
    }

    /// <summary>What is held under a key; null when nothing is.</summary>
    /// <exception cref="RedisException">Memory does not hold it, and Redis, which may, is unavailable.</exception>
    public async Task<CacheEntryInfo?> InspectAsync(string key)
    {
        var region = node.Regions.Of(key);
        var keyState = node.Keys.Find(key);
        var read = await node.Store.ReadAsync(key, region);
        for (var retry = 0; retry < InspectRetries && read.Answer is StoreAnswer.Unavailable; retry++)
        {
            await Task.Delay(InspectRetryDelay, node.Clock.Time);
            read = await node.Store.ReadAsync(key, region);
        }

        var inRedis = read.Answer is StoreAnswer.Hit or StoreAnswer.Tombstone;
        if (!inRedis && keyState?.Entry is null)
        {
            return read.Answer is StoreAnswer.Unavailable ? throw new RedisException("Redis is unavailable.") : null;
        }

        var hidden = region.Declared.Sensitive;
        return new(
            key,
            region.Declared.Name,
            inRedis ? read.Envelope.Version : keyState?.Entry?.Version,
            inRedis ? (long?)(await keys.MeasureAsync(key)).Ttl?.TotalMilliseconds : null,
            read.Answer is StoreAnswer.Hit && !hidden ? JsonNode.Parse(read.Envelope.Data.Span) : null,
            hidden && read.Answer is not StoreAnswer.Tombstone,
            read.Answer is StoreAnswer.Tombstone,
            inRedis,
            keyState?.Entry is not null);
    }

    /// <summary>Removes one key, on every node.</summary>
    public async Task DeleteAsync(string key, CancellationToken ct = default) => await invalidator.InvalidateAsync(key, null, ct);

    /// <summary>Counts the keys in Redis that match: what <see cref="FlushAsync"/> would remove.</summary>
    /// <exception cref="RedisException">Redis is unavailable.</exception>
    public Task<long> CountAsync(string pattern, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        return keys.CountAsync(pattern, ct);
    }

    /// <summary>Removes all keys that match, in Redis and in the memory of every node.</summary>
    /// <returns>How many keys went from Redis.</returns>
    /// <exception cref="RedisException">Redis is unavailable; memory has been flushed all the same.</exception>
    public async Task<long> FlushAsync(string pattern, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        try
        {
            return await keys.UnlinkAsync(pattern, ct);
        }
        finally
        {
            await invalidator.AnnounceAsync(new() { Pattern = pattern }, outbid: false, CancellationToken.None);
        }
    }

    /// <summary>The keys that this node's memory answers most.</summary>
    public IReadOnlyList<HotKey> Hot(int limit = 50) => hot.Top(limit);

    /// <summary>Reads what the regions say is worth reading ahead.</summary>
    /// <returns>How many values are in memory now.</returns>
    public Task<int> WarmAsync(CancellationToken ct = default) => hot.WarmAsync(ct);

    private static RegionCounters Count(string name, RegionStatistics region) => new(
        name,
        region.Hits.Value,
        region.StoreHits.Value,
        region.Misses.Value,
        region.Waits.Count,
        region.Stale.Value,
        region.Fills.Value,
        region.Commands.Value);

    private static RegionStats Report(string region, long memory, IReadOnlyList<StatisticsHistory.Snapshot> snapshots)
    {
        var (first, last) = (snapshots[0].Regions[region], snapshots[^1].Regions[region]);
        var series = snapshots.Zip(snapshots.Skip(1), (from, to) => new CacheMinute(to.At, Between(from.Regions[region], to.Regions[region])));
        var percentiles = Latency.Percentile(first.Waits, last.Waits, 0.5) is { } median
            ? new WaitPercentiles(median, Latency.Percentile(first.Waits, last.Waits, 0.95)!.Value, Latency.Percentile(first.Waits, last.Waits, 0.99)!.Value)
            : null;
        return new(region, Between(first, last), percentiles, memory, [.. series]);
    }

    private static CacheCounts Between(StatisticsHistory.Counts from, StatisticsHistory.Counts to)
    {
        var (hits, misses) = (to.Hits - from.Hits, to.Misses - from.Misses);
        return new(
            hits,
            to.StoreHits - from.StoreHits,
            misses,
            hits + misses is 0 ? null : Math.Round((double)hits / (hits + misses), 4),
            to.Stale - from.Stale,
            to.Fills - from.Fills,
            to.Refused - from.Refused,
            to.Evictions - from.Evictions,
            to.Commands - from.Commands);
    }
}
