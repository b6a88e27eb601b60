using Gaia.Caching.Administration;
using Gaia.Gateway.Caches;

namespace Gaia.Gateway.Console;

/// <summary>The first event of the live figures, before any node has answered.</summary>
internal sealed record LiveHeartbeat(DateTimeOffset At, int IntervalMs);

/// <summary>What all caches did since the tick before.</summary>
/// <param name="Seconds">Since the tick before; zero for the first, which counts nothing.</param>
internal sealed record LiveTick(DateTimeOffset At, double Seconds, IReadOnlyList<RegionReads> Regions, IReadOnlyList<LiveNode> Nodes, IReadOnlyList<MissingNodeView> Missing)
{
    /// <summary>Compares what the nodes have counted with what they had counted before. A node that is new here counts from the next tick on.</summary>
    public static LiveTick Between(IReadOnlyDictionary<string, CacheCounters> before, ClusterAnswers<CacheCounters> now, DateTimeOffset at, double seconds)
    {
        var counted = now.Nodes.ToDictionary(node => node.Instance, node => before.TryGetValue(node.Instance, out var then) ? node.Answer.Since(then) : []);
        return new(
            at,
            seconds,
            [
                .. from region in counted.Values.SelectMany(regions => regions)
                   group region by region.Region into ofNodes
                   orderby ofNodes.Key
                   select RegionReads.Of(ofNodes.Aggregate((sum, region) => sum.Plus(region))),
            ],
            [.. now.Nodes.Select(node => LiveNode.Of(node, counted[node.Instance]))],
            [.. now.Missing.Select(MissingNodeView.Of)]);
    }
}

/// <param name="Memory">Estimated bytes of values in memory.</param>
/// <param name="Slots">Keys that the node knows.</param>
internal sealed record LiveNode(string Node, string Instance, long Reads, long Hits, long Commands, long Memory, int Slots, bool RedisUsed, bool LogTrusted)
{
    public static LiveNode Of(NodeAnswer<CacheCounters> node, IReadOnlyList<RegionCounters> regions) => new(
        node.Service,
        node.Instance,
        regions.Sum(region => region.Hits + region.Misses),
        regions.Sum(region => region.Hits),
        regions.Sum(region => region.Commands),
        node.Answer.Memory,
        node.Answer.Slots,
        node.Answer.RedisUsed,
        node.Answer.LogTrusted);
}
