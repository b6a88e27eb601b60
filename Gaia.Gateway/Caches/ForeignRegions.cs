using Gaia.Caching;

namespace Gaia.Gateway.Caches;

/// <summary>What only services read of what they keep in the Redis that is administered here, so that a key is shown and deleted by its own region's rules.</summary>
internal static class ForeignRegions
{
    public static CachingOptions AddForeignRegions(this CachingOptions cache) =>
        cache.Region(new ForeignRegion("user.preference", "user:persona:preference:", HasRowVersions: false));
}
