using Gaia.Caching.Administration;

namespace Gaia.Gateway.Caches;

/// <summary>What all caches did lately, region by region on each node.</summary>
/// <param name="Missing">Nodes that did not answer.</param>
internal sealed record ClusterStats(int Minutes, IReadOnlyList<RegionOfNode> Regions, IReadOnlyList<NodeStats> Nodes, IReadOnlyList<MissingNodeView> Missing);

/// <param name="Node">The service.</param>
/// <param name="Instance">Tells the processes of the service apart; it stays while the process lives.</param>
internal sealed record RegionOfNode(string Node, string Instance, RegionStats Stats);

/// <param name="Memory">Estimated bytes of values in memory.</param>
/// <param name="Slots">Keys that the node knows.</param>
internal sealed record NodeStats(string Node, string Instance, bool RedisUsed, bool LogTrusted, long Memory, int Slots)
{
    public static NodeStats Of(NodeAnswer<CacheStats> node) =>
        new(node.Service, node.Instance, node.Answer.RedisUsed, node.Answer.LogTrusted, node.Answer.Memory, node.Answer.Slots);
}

/// <summary>A node that did not answer in time.</summary>
/// <param name="Instance">Null when no node of the service is known.</param>
/// <param name="LastSeen">When it last answered.</param>
internal sealed record MissingNodeView(string Node, string? Instance, DateTimeOffset? LastSeen)
{
    public static MissingNodeView Of(MissingNode node) => new(node.Service, node.Instance, node.LastSeen);
}

/// <summary>A key that memory answers often.</summary>
/// <param name="Hits">On all nodes, each from a sample.</param>
internal sealed record ClusterHotKey(string Key, string Region, long Hits, IReadOnlyList<HitsOfNode> Nodes);

internal sealed record HitsOfNode(string Node, string Instance, long Hits);

/// <param name="Warmed">How many values are in memory now, on all nodes together.</param>
internal sealed record WarmResult(int Warmed, IReadOnlyList<WarmedNode> Nodes, IReadOnlyList<MissingNodeView> Missing);

internal sealed record WarmedNode(string Node, string Instance, int Warmed);
