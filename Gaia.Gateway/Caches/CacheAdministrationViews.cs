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

/// <summary>How the reads of a region were answered in some time.</summary>
/// <param name="Hits">Reads answered from memory.</param>
/// <param name="StoreHits">Reads answered from Redis.</param>
/// <param name="Misses">Reads not answered from memory.</param>
/// <param name="Waits">Reads that waited for Redis or the source.</param>
/// <param name="Commands">Redis commands; a script is one.</param>
internal sealed record RegionReads(string Region, long Reads, long Hits, long StoreHits, long Misses, long Waits, long StaleServes, long Fills, long Commands)
{
    public static RegionReads Of(RegionCounters counted) => new(
        counted.Region,
        counted.Hits + counted.Misses,
        counted.Hits,
        counted.StoreHits,
        counted.Misses,
        counted.Waits,
        counted.StaleServes,
        counted.Fills,
        counted.Commands);
}

/// <summary>What all caches did, step by step.</summary>
/// <param name="StepMinutes">How long a step is.</param>
/// <param name="Steps">Oldest first, without those in which nothing was read.</param>
internal sealed record CacheHistoryView(int Minutes, int StepMinutes, IReadOnlyList<CacheHistoryStepView> Steps);

/// <param name="At">When the step ended.</param>
internal sealed record CacheHistoryStepView(DateTimeOffset At, IReadOnlyList<RegionReads> Regions)
{
    public static CacheHistoryStepView Of(CacheHistoryStep step) => new(step.At, [.. step.Regions.Select(RegionReads.Of)]);
}
