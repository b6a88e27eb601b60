using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia;

internal static class RedisClient
{
    /// <summary>Longer than between two writes of <see cref="RedisHealthMonitor"/>, which show the same as a keep-alive.</summary>
    private const int KeepAliveSeconds = 150;

    /// <summary>The connection and, on it, the distributed cache and the output cache's store. Without Redis a service starts, and is degraded.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        // Connected while the host starts: nobody's request should be the one that waits for it. A command that cannot be sent now fails now: what
        // is only a cache is not worth a queue, and a write that comes late does harm.
        var keepsAliveAsSet = builder.Configuration[RedisSettings.Key(nameof(ConfigurationOptions.KeepAlive))] is not null;
        builder.AddRedisClientBuilder(
                Resources.Redis,
                settings => settings.DisableAutoActivation = false,
                redis =>
                {
                    redis.BacklogPolicy = BacklogPolicy.FailFast;
                    redis.KeepAlive = keepsAliveAsSet ? redis.KeepAlive : KeepAliveSeconds;
                })
            .WithDistributedCache()
            .WithOutputCache();
        builder.Services.BoundHealthCheck("StackExchange.Redis", "redis", HealthStatus.Degraded);
    }
}
