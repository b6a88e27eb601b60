using Gaia.Caching;
using Gaia.Gateway.Health;

namespace Gaia.Gateway.Caches;

/// <summary>What only services read of what they keep in the Redis that is administered here, so that a key is shown and deleted by its own region's rules.</summary>
internal static class ExternalRegions
{
    public static CachingOptions AddExternalRegions(this CachingOptions cache) =>
        cache.Region(new ExternalRegion("user.preference", "user:persona:preference:", HasRowVersions: false))
            .Region(new ExternalRegion("service.health", ServiceHealthCache.KeyPrefix, HasRowVersions: false));
}
