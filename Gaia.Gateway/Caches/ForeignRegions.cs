using Gaia.Caching;

namespace Gaia.Gateway.Caches;

/// <summary>What the services keep in the Redis that is administered here, so that a key is shown and deleted by its own region's rules.</summary>
internal static class ForeignRegions
{
    public static void AddForeignRegions(this CachingOptions cache)
    {
        cache.Region(new ForeignRegion("persona", "persona:", HasRowVersions: true));
        cache.Region(new ForeignRegion("personas.list", "personas:list:", HasRowVersions: false));
        cache.Region(new ForeignRegion("user.preference", "user:persona:preference:", HasRowVersions: false));
    }
}
