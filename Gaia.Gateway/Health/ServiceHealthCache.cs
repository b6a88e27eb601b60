using Gaia.Caching;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Gateway.Health;

/// <summary>
/// What the last probe of each service found, kept in Redis as <c>service:health:{name}</c> for all gateways. It stays there, to be looked at, for
/// <c>SERVICE_HEALTH_CACHE_TTL</c>; but nobody should hear for a minute that a dead service is well, so as an answer it is good for a second only.
/// Whoever asks after that probes for all. Nothing is probed while nobody asks, because in some Redis each command is paid for.
/// </summary>
internal sealed class ServiceHealthCache(RegionCache<string, ServiceHealth> region, HybridCache cache, ServiceProbe probe, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private static readonly HybridCacheEntryOptions Anew =
        new() { Flags = HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead };

    /// <summary>A node looks at Redis again when its own copy is no answer any more. Gateways that are asked at once may each probe: that costs less than taking turns.</summary>
    public static Region<string, ServiceHealth> Region(CacheTtlOptions ttl) => new("service.health", "service:health:")
    {
        Ttl = ttl.ServiceHealth,
        LocalTtl = Freshness,
        LoadLockTimeout = TimeSpan.Zero,
    };

    public async Task<ServiceHealth> Of(string service)
    {
        var known = (await region.GetAsync(service, async (name, ct) => await probe.Ask(name, ct))).Value!;
        return IsAnswer(known) ? known : await cache.GetOrCreateAsync(region.Region.Key(service), ct => new ValueTask<ServiceHealth>(probe.Ask(service, ct)), Anew);
    }

    /// <summary>Of another gateway's clock it is only known that it may be wrong in either direction.</summary>
    private bool IsAnswer(ServiceHealth known) => (time.GetUtcNow() - known.CheckedAt).Duration() <= Freshness;
}
