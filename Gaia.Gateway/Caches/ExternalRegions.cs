using Gaia.Caching;
using Gaia.Gateway.Health;

namespace Gaia.Gateway.Caches;

/// <summary>What only services read of what they keep in the Redis that is administered here, so that a key is shown and deleted by its own region's rules.</summary>
internal static class ExternalRegions
{
    /// <summary>Other services that cache, and that an administrator misses when they are silent.</summary>
    public static CachingOptions ExpectServices(this CachingOptions cache)
    {
        cache.ExpectedServices = [Resources.Chat];
        return cache;
    }

    public static CachingOptions AddExternalRegions(this CachingOptions cache) =>
        cache.Region(new ExternalRegion("user.preference", "user:persona:preference:", HasRowVersions: false))
            .Region(new ExternalRegion("budgets", "budgets:", HasRowVersions: false))
            .Region(new ExternalRegion("service.health", ServiceHealthCache.KeyPrefix, HasRowVersions: false));
}
