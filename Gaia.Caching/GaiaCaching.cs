using Gaia.Caching.Administration;
using Gaia.Caching.Advice;
using Gaia.Caching.Consistency;
using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Outbox;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Messaging;
using Gaia.Messaging.Streams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
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
        services.AddSingleton<TimestampGenerator>();
        services.AddSingleton(provider => new RedisPrimaries(
            provider.GetRequiredService<IConnectionMultiplexer>(),
            provider.GetRequiredService<Clock>(),
            options,
            provider.GetRequiredService<ILogger<RedisPrimaries>>()));
        services.AddSingleton<RedisClock>();
        services.TryAddSingleton<RedisLedger>();
        services.AddSingleton<ValueSerializer>();
        services.AddSingleton(provider => new StalenessGuard(provider.GetRequiredService<Clock>(), options.StalenessBound));
        services.AddSingleton<RedisStore>();
        services.AddSingleton<CacheKeyTable>();
        services.AddSingleton<CacheNode>();
        services.AddSingleton<DistributedLoadLock>();
        services.AddSingleton<Loader>();
        services.AddSingleton<Reader>();
        services.AddSingleton<Invalidator>();
        services.AddSingleton(provider => new StreamOrigin(provider.GetRequiredService<INatsConnection>(), options.HomeRegion));
        services.AddSingleton<JetStreamLog>();
        services.AddSingleton<IInvalidationLog>(provider => provider.GetRequiredService<JetStreamLog>());
        services.AddSingleton(provider => new GaiaCache(
            provider.GetRequiredService<CacheNode>(),
            provider.GetRequiredService<Reader>(),
            provider.GetRequiredService<Invalidator>()));
        services.AddSingleton<HybridCache>(provider => provider.GetRequiredService<GaiaCache>());

        services.AddSingleton<ClusterWatch>();
        services.AddHostedService<RedisProbe>();
        services.AddSingleton<LogPosition>();
        services.AddSingleton<RecentInvalidations>();
        services.AddHostedService<LogFollower>();
        services.AddHostedService<CacheMaintenanceService>();
        services.AddSingleton(provider => new ChangedKeys(provider.GetRequiredService<CacheNode>(), provider.GetRequiredService<Invalidator>()));
        services.AddSingleton(provider => new RecentChanges(provider.GetRequiredService<Clock>()));

        services.AddMetrics();
        services.AddHostedService<CacheMeter>();
        services.AddSingleton(provider => new CacheHealth(
            provider.GetRequiredService<RedisStore>(),
            provider.GetRequiredService<LogPosition>(),
            provider.GetRequiredService<StalenessGuard>()));
        services.AddSingleton<StatisticsHistory>();
        services.AddSingleton<RedisKeys>();
        services.AddSingleton<HotList>();
        services.AddSingleton<HotKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<HotKeys>());
        services.AddSingleton(provider => new CacheAdministration(
            provider.GetRequiredService<CacheNode>(),
            provider.GetRequiredService<Invalidator>(),
            provider.GetRequiredService<StatisticsHistory>(),
            provider.GetRequiredService<RedisKeys>(),
            provider.GetRequiredService<HotKeys>()));
        services.AddSingleton<KeyInspector>();
        services.AddSingleton(provider => new InvalidationHistory(provider.GetRequiredService<JetStreamLog>()));
        services.AddSingleton<AuditTally>();
        services.AddSingleton(provider => new CacheHistory(
            provider.GetRequiredService<INatsConnection>(),
            options,
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<HistoryRecorder>();
        services.AddSingleton<NodeQuestions>();
        services.AddHostedService<NodeResponder>();
        services.AddSingleton(provider => new CacheCluster(
            provider.GetRequiredService<INatsConnection>(),
            provider.GetRequiredService<NodeQuestions>(),
            options,
            provider.GetRequiredService<TimeProvider>()));

        services.AddSingleton(provider => new CacheTuning(provider.GetRequiredService<CacheCluster>(), options, provider.GetRequiredService<TimeProvider>()));
        if (options.IsAdviceOn)
        {
            services.AddSingleton<CacheAdvisor>();
            services.AddHostedService(provider => provider.GetRequiredService<CacheAdvisor>());
        }

        if (options.AuditsRegions)
        {
            services.AddSingleton(provider => new SourceReader(provider, options, provider.GetServices<CacheOutboxDispatcher>()));
            services.AddSingleton<SubjectChooser>();
            services.AddSingleton<ObservationReader>();
            services.AddSingleton<ViolationReporter>();
            services.AddHostedService<ConsistencyAuditor>();
        }

        return services;
    }

    /// <summary>Counts the Redis commands of this process, and adds them to the history of all: for every service that uses Redis, with a cache or without.</summary>
    public static IServiceCollection AddRedisLedger(this IServiceCollection services, LedgerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RedisLedger>();
        services.AddSingleton(options);
        services.AddSingleton(provider => new LedgerHistory(provider.GetRequiredService<INatsConnection>(), options));
        services.AddHostedService<LedgerRecorder>();
        return services;
    }

    /// <summary>
    /// Adds the outbox of a database whose model has <see cref="CacheOutbox.AddCacheOutbox(Microsoft.EntityFrameworkCore.ModelBuilder)"/>: from then on
    /// <see cref="CacheOutbox.Invalidate"/> commits invalidations with the changes of that context.
    /// </summary>
    public static IServiceCollection AddCacheOutbox<TContext>(this IServiceCollection services)
        where TContext : DbContext
    {
        services.AddSingleton<CacheOutboxDispatcher<TContext>>();
        services.AddSingleton<CacheOutboxDispatcher>(provider => provider.GetRequiredService<CacheOutboxDispatcher<TContext>>());
        services.AddHostedService(provider => provider.GetRequiredService<CacheOutboxDispatcher<TContext>>());
        services.AddSingleton<IStreamedDatabase, AnnouncedDatabase<TContext>>();
        return services.ConfigureDbContext<TContext>((provider, options) =>
            options.AddInterceptors(new CacheOutboxInterceptor(provider.GetRequiredService<CacheOutboxDispatcher<TContext>>())));
    }
}
