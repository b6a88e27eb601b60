using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Redis as <c>IDistributedCache</c> under the names that <c>Aspire.StackExchange.Redis.DistributedCaching</c> uses, for feeds that do not serve that package.</summary>
public static class AspireRedisDistributedCacheExtensions
{
    /// <summary>Adds the Redis client of a connection string, with health check and traces, and <c>IDistributedCache</c> on it.</summary>
    public static void AddRedisDistributedCache(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null) =>
        builder.AddRedisClientBuilder(connectionName, configureSettings, configureOptions).WithDistributedCache();

    /// <summary>Adds <c>IDistributedCache</c> on a Redis client.</summary>
    public static AspireRedisClientBuilder WithDistributedCache(this AspireRedisClientBuilder builder, Action<RedisCacheOptions>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.HostBuilder.Services.AddStackExchangeRedisCache(static _ => { });
        builder.HostBuilder.Services.AddOptions<RedisCacheOptions>().Configure<IServiceProvider>((options, services) =>
        {
            options.ConnectionMultiplexerFactory = () => Task.FromResult(services.GetRequiredService<IConnectionMultiplexer>());
            configureOptions?.Invoke(options);
        });
        return builder;
    }
}
