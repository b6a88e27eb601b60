using Gaia.Caching;
using Gaia.Caching.Advice;
using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Writing;
using Gaia.Messaging;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Testing.Caching.Advice;

/// <summary>The memory of a node by itself, through which accesses of any length of time are replayed in seconds: neither Redis nor NATS is there.</summary>
internal sealed class ReplayedCache : IAsyncDisposable
{
    private const string Absent = "absent";

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private static readonly HybridCacheEntryOptions Options = new() { Flags = HybridCacheEntryFlags.DisableDistributedCacheRead };

    private readonly ManualTime time;
    private readonly ServiceProvider services;
    private readonly Dictionary<int, long> versions = [];

    private ReplayedCache(ServiceProvider services, ManualTime time)
    {
        (this.services, this.time) = (services, time);
        var clock = services.GetRequiredService<Clock>();
        services.GetRequiredService<StalenessGuard>().Confirm(clock.Now);
        Model = services.GetService<CacheAdvisor>()?.Model;
    }

    /// <summary>Null when no advice is wanted.</summary>
    public CacheModel? Model { get; }

    public RegionStatistics Statistics => services.GetRequiredService<RegionMap>().Named(Doc.ByRow.Name).Statistics;

    public CachingOptions CachingOptions => services.GetRequiredService<CachingOptions>();

    public double HitRatio => (double)Statistics.Hits.Value / (Statistics.Hits.Value + Statistics.Misses.Value);

    public RegionCache<string, Doc> Docs => services.GetRequiredKeyedService<RegionCache<string, Doc>>(Doc.ByRow.Name);

    /// <param name="region">The region of all keys.</param>
    /// <param name="configure">More options.</param>
    /// <param name="isReplay">False: the cache goes by the real time, and nothing can be replayed.</param>
    public static async Task<ReplayedCache> StartAsync(Region<string, Doc> region, Action<CachingOptions>? configure = null, bool isReplay = true)
    {
        var time = new ManualTime();
        var redis = await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { "127.0.0.1:1" }, AbortOnConnectFail = false, ConnectTimeout = 1 });
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(isReplay ? time : TimeProvider.System)
            .AddSingleton<IConnectionMultiplexer>(_ => redis)
            .AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = "nats://127.0.0.1:1" }.ForCaching()))
            .AddGaiaCaching(options =>
            {
                options.StalenessBound = TimeSpan.FromDays(1_000);
                options.RedisDeadline = TimeSpan.FromMilliseconds(1);
                options.Region(region);
                configure?.Invoke(options);
            });
        return new(services.BuildServiceProvider(), time);
    }

    /// <summary>Reads and invalidates, at the moments that are given.</summary>
    public async Task ReplayAsync(IEnumerable<CacheAccess> trace)
    {
        var (cache, keys) = (services.GetRequiredService<HybridCache>(), services.GetRequiredService<CacheKeyTable>());
        var invalidator = services.GetRequiredService<Invalidator>();
        var (now, advanceAt, sweepAt) = (TimeSpan.Zero, TimeSpan.Zero, SweepEvery);
        foreach (var access in trace)
        {
            time.Advance(access.At - now);
            now = access.At;
            var key = Doc.ByRow.Key(access.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (access.Invalidates)
            {
                invalidator.Apply(new Invalidation { Key = key, Version = versions[access.Key] = versions.GetValueOrDefault(access.Key, 1) + 1 });
            }
            else
            {
                await cache.GetOrCreateAsync(key, (access, Version: versions.GetValueOrDefault(access.Key, 1)), Load, Options);
            }

            if (now >= advanceAt)
            {
                Model?.Advance();
                advanceAt = now + TimeSpan.FromSeconds(1);
            }

            if (now >= sweepAt)
            {
                keys.Sweep();
                sweepAt = now + SweepEvery;
            }
        }
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static ValueTask<Doc> Load((CacheAccess CacheAccess, long Version) read, CancellationToken ct) =>
        new(read.CacheAccess.Size is 0 ? null! : new Doc(Absent, read.Version, new string('x', read.CacheAccess.Size)));
}

/// <param name="At">Since the beginning, in order of time.</param>
/// <param name="Size">Letters of the value; 0: there is none.</param>
internal readonly record struct CacheAccess(TimeSpan At, int Key, int Size, bool Invalidates = false);
