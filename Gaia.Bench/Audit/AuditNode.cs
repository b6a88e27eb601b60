using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Engine;
using Gaia.Caching.Outbox;
using Gaia.Messaging;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Bench.Audit;

/// <summary>A service's node with documents in a database, which it audits.</summary>
internal sealed class AuditNode : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly IHostedService[] background;

    private AuditNode(ServiceProvider services)
    {
        this.services = services;
        background = [.. services.GetServices<IHostedService>()];
    }

    public TimeSpan Bound => services.GetRequiredService<StalenessGuard>().Bound;

    public bool IsWell => services.GetRequiredService<CacheHealth>() is { IsLogTrusted: true, IsRedisUsed: true };

    public static async Task<AuditNode> StartAsync(string redis, string nats, string postgres, CancellationToken ct, Action<CachingOptions>? configure = null, FencingRules? rules = null)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(redis).ForCaching());
        var collection = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConnectionMultiplexer>(_ => connection)
            .AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = nats }.ForCaching()))
            .AddDbContextPool<DocDb>(options => options.UseNpgsql($"{postgres};Options=-c synchronous_commit=on"))
            .AddGaiaCaching(options =>
            {
                options.NodeName = "audited";
                options.Region<string, Doc, DocDb>(Doc.ByRow, LoadAsync).Region<string, Doc, DocDb>(Doc.ByTimestamp, LoadAsync);
                options.Audit<string, Doc, DocDb>(Doc.ByRow, (db, ids, ct) => db.Docs.Where(doc => ids.Contains(doc.Id)).ToDictionaryAsync(doc => doc.Id, doc => doc.Version, ct));
                options.Audit(Doc.ByTimestamp);
                configure?.Invoke(options);
            })
            .AddCacheOutbox<DocDb>();
        if (rules is not null)
        {
            collection.Replace(ServiceDescriptor.Singleton(rules));
        }

        // No host: each would take the process's signals for itself.
        var node = new AuditNode(collection.BuildServiceProvider());
        foreach (var service in node.background)
        {
            await service.StartAsync(ct);
        }

        await Eventually.IsTrueAsync(() => node.IsWell, ct: ct);
        return node;
    }

    public RegionCache<string, Doc> Docs(Region<string, Doc> region) => services.GetRequiredKeyedService<RegionCache<string, Doc>>(region.Name);

    public async Task<long> ChangeAsync(string id, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DocDb>().ChangeAsync(id, ct);
    }

    /// <summary>What the node has applied of the key's invalidations; 0 when none.</summary>
    public long FenceOf(string key) => services.GetRequiredService<CacheKeyTable>().Find(key)?.Fence ?? 0;

    public RegionStatistics Statistics(Region region) => services.GetRequiredService<RegionMap>().Named(region.Name).Statistics;

    public ConsistencyReport Report() => services.GetRequiredService<AuditTally>().Report()!;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in background.Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await services.DisposeAsync();
    }

    private static Task<Doc?> LoadAsync(DocDb db, string id, CancellationToken ct) =>
        db.Docs.Where(doc => doc.Id == id).Select(doc => new Doc(doc.Id, doc.Version, "")).SingleOrDefaultAsync(ct);
}
