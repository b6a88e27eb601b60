using Gaia.Caching.Engine;
using Gaia.Caching.Store;
using Gaia.Messaging;

namespace Gaia.Caching.Reading;

/// <summary>The parts that one node's cache is made of.</summary>
internal sealed record CacheNode(
    RegionMap Regions,
    CacheKeyTable Keys,
    RedisStore Store,
    StalenessGuard StalenessGuard,
    Clock Clock,
    TimestampGenerator Timestamps,
    ValueSerializer Serializer,
    FencingRules Rules);
