using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gaia;

internal static class RedisClient
{
    /// <summary>The connection and, on it, the distributed cache and the output cache's store. Without Redis a service starts, and is degraded.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        // Connected while the host starts: nobody's request should be the one that waits for it.
        builder.AddRedisDistributedCache(Resources.Redis, settings => settings.DisableAutoActivation = false);
        builder.AddRedisOutputCache(Resources.Redis);
        builder.Services.BoundHealthCheck("StackExchange.Redis", "redis", HealthStatus.Degraded);
    }
}
