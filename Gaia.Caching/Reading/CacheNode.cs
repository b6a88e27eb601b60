namespace Gaia.Caching;

/// <summary>The parts that one node's cache is made of.</summary>
internal sealed record CacheNode(
    RegionMap Regions,
    SlotTable Slots,
    RedisStore Store,
    Trust Trust,
    Clock Clock,
    Stamps Stamps,
    ValueJson Json,
    FencingRules Rules);
