using Gaia.Caching.Administration;
using Gaia.Gateway.Caches;

namespace Gaia.Gateway.Console;

/// <summary>The first event of the live figures, before any node has answered.</summary>
internal sealed record LiveHeartbeat(DateTimeOffset At, int IntervalMs);

/// <summary>What all caches did since the tick before.</summary>
/// <param name="Seconds">Since the tick before; zero for the first, which counts nothing.</param>
internal sealed record LiveTick(DateTimeOffset At, double Seconds, IReadOnlyList<LiveRegion> Regions, IReadOnlyList<LiveNode> Nodes, IReadOnlyList<MissingNodeView> Missing)
{
    /// <summary>Compares what the nodes have counted with what they had counted before. A new node counts from zero.</summary>
    public static LiveTick Between(IReadOnlyDictionary<string, CacheCounters> before, ClusterAnswers<CacheCounters> now, DateTimeOffset at, double seconds)
    {
        var counted = now.Nodes.ToDictionary(node => node.Instance, node => Differences(before.GetValueOrDefault(node.Instance), node.Answer));
        return new(
            at,
            seconds,
            [.. counted.Values.SelectMany(regions => regions).GroupBy(region => region.Region).OrderBy(region => region.Key, StringComparer.Ordinal).Select(LiveRegion.Sum)],
            [.. now.Nodes.Select(node => LiveNode.Of(node, counted[node.Instance]))],
            [.. now.Missing.Select(MissingNodeView.Of)]);
    }

    private static List<LiveRegion> Differences(CacheCounters? before, CacheCounters now)
    {
        if (before is null)
        {
            return [];
        }

        var known = before.Regions.ToDictionary(region => region.Region);
        return [.. now.Regions.Select(region => LiveRegion.Between(known.GetValueOrDefault(region.Region), region))];
    }
}

/// <param name="Hits">Reads answered from memory.</param>
/// <param name="StoreHits">Reads answered from Redis.</param>
/// <param name="Misses">Reads not answered from memory.</param>
/// <param name="Waits">Reads that waited for Redis or the source.</param>
/// <param name="Commands">Redis commands; a script is one.</param>
internal sealed record LiveRegion(string Region, long Reads, long Hits, long StoreHits, long Misses, long Waits, long StaleServes, long Fills, long Commands)
{
    public static LiveRegion Between(RegionCounters? from, RegionCounters to)
    {
        var (hits, misses) = (to.Hits - (from?.Hits ?? 0), to.Misses - (from?.Misses ?? 0));
        return new(
            to.Region,
            hits + misses,
            hits,
            to.StoreHits - (from?.StoreHits ?? 0),
            misses,
            to.Waits - (from?.Waits ?? 0),
            to.StaleServes - (from?.StaleServes ?? 0),
            to.Fills - (from?.Fills ?? 0),
            to.Commands - (from?.Commands ?? 0));
    }

    public static LiveRegion Sum(IGrouping<string, LiveRegion> nodes) => new(
        nodes.Key,
        nodes.Sum(node => node.Reads),
        nodes.Sum(node => node.Hits),
        nodes.Sum(node => node.StoreHits),
        nodes.Sum(node => node.Misses),
        nodes.Sum(node => node.Waits),
        nodes.Sum(node => node.StaleServes),
        nodes.Sum(node => node.Fills),
        nodes.Sum(node => node.Commands));
}

/// <param name="Memory">Estimated bytes of values in memory.</param>
/// <param name="Slots">Keys that the node knows.</param>
internal sealed record LiveNode(string Node, string Instance, long Reads, long Hits, long Commands, long Memory, int Slots, bool RedisUsed, bool LogTrusted)
{
    public static LiveNode Of(NodeAnswer<CacheCounters> node, IReadOnlyList<LiveRegion> regions) => new(
        node.Service,
        node.Instance,
        regions.Sum(region => region.Reads),
        regions.Sum(region => region.Hits),
        regions.Sum(region => region.Commands),
        node.Answer.Memory,
        node.Answer.Slots,
        node.Answer.RedisUsed,
        node.Answer.LogTrusted);
}
