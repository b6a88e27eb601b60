using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace Gaia.Caching;

/// <summary>Registers the cache.</summary>
public static class GaiaCaching
{
    /// <summary>
    /// Adds <see cref="HybridCache"/> and a <see cref="RegionCache{TKey, TValue}"/> for each region. Needs an <c>IConnectionMultiplexer</c> and an
    /// <c>INatsConnection</c>, best connected as <see cref="Connections"/> says; neither has to be reachable.
    /// </summary>
    /// <remarks>Where two regions have the same types, inject them by name: <c>[FromKeyedServices("auth.jwt")]</c>.</remarks>
    public static IServiceCollection AddGaiaCaching(this IServiceCollection services, Action<CachingOptions> configure)
    {
        var options = new CachingOptions(services);
        configure(options);
        options.Validate();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(new RegionMap(options.Regions, options.Others));
        services.AddSingleton<FencingRules>();
        services.AddSingleton<Clock>();
        services.AddSingleton<Stamps>();
        services.AddSingleton<Tags>();
        services.AddSingleton<Breaker>();
        services.AddSingleton<RedisClock>();
        services.AddSingleton(new ValueJson(options.Json));
        services.AddSingleton(provider => new Trust(provider.GetRequiredService<Clock>(), options.StalenessBound));
        services.AddSingleton(provider => new RedisStore(
            provider.GetRequiredService<IConnectionMultiplexer>(),
            provider.GetRequiredService<Breaker>(),
            provider.GetRequiredService<RedisClock>(),
            options.KeyPrefix));
        services.AddSingleton(provider => new SlotTable(
            provider.GetRequiredService<RegionMap>(),
            provider.GetRequiredService<FencingRules>(),
            provider.GetRequiredService<Clock>(),
            options.MemoryLimit));
        services.AddSingleton<CacheNode>();
        services.AddSingleton<ClusterTurn>();
        services.AddSingleton<Loader>();
        services.AddSingleton<Reader>();
        services.AddSingleton<Writer>();
        services.AddSingleton<Invalidator>();
        services.AddSingleton<JetStreamLog>();
        services.AddSingleton<IInvalidationLog>(provider => provider.GetRequiredService<JetStreamLog>());
        services.AddSingleton(provider => new GaiaCache(
            provider.GetRequiredService<CacheNode>(),
            provider.GetRequiredService<Reader>(),
            provider.GetRequiredService<Invalidator>(),
            provider.GetRequiredService<Writer>()));
        services.AddSingleton<HybridCache>(provider => provider.GetRequiredService<GaiaCache>());

        services.AddSingleton<StoreProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreProbe>());
        services.AddSingleton<LogFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<LogFollower>());
        services.AddHostedService<Upkeep>();
        return services;
    }
}
