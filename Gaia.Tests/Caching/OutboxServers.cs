using Gaia.Caching;
using Gaia.Caching.Outbox;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>Redis, NATS and a Postgres with the documents' database.</summary>
public sealed class OutboxServers : IAsyncLifetime
{
    public CacheServers Cache { get; } = new();

    public PostgresServer Postgres { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresServer.StartAsync();
        await Cache.InitializeAsync();
        await using var db = Open();
        await db.Database.EnsureCreatedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>A context without cache, to look at the tables.</summary>
    internal DocDb Open() => new(new DbContextOptionsBuilder<DocDb>().UseNpgsql(Postgres.ConnectionString).Options);

    internal async Task<int> OutboxRowsAsync()
    {
        await using var db = Open();
        return await db.Set<CacheChange>().CountAsync(TestContext.Current.CancellationToken);
    }

    internal Task<CacheHost> StartNodeAsync() => StartNodeAsync(Cache.Redis.ConnectionString, Cache.Nats.Url, Postgres.ConnectionString);

    /// <summary>A service's node: regions whose source is the database, and the outbox.</summary>
    internal static Task<CacheHost> StartNodeAsync(string redis, string nats, string postgres, bool dispatches = true, bool trusted = true, IInterceptor? first = null) => CacheHost.StartAsync(
        redis,
        nats,
        AddDocs,
        services =>
        {
            AddDocDb(services, postgres);
            if (first is not null)
            {
                services.ConfigureDbContext<DocDb>(options => options.AddInterceptors(first));
            }

            if (dispatches)
            {
                services.AddCacheOutbox<DocDb>();
            }
        },
        trusted);

    internal static void AddDocs(CachingOptions options) =>
        options.Region<string, Doc, DocDb>(Doc.ByRow, LoadAsync).Region<string, Doc, DocDb>(Doc.ByTimestamp, LoadAsync);

    internal static void AddDocDb(IServiceCollection services, string postgres) => services.AddDbContextPool<DocDb>(options => options.UseNpgsql(postgres));

    private static Task<Doc?> LoadAsync(DocDb db, string id, CancellationToken ct) =>
        db.Docs.Where(doc => doc.Id == id).Select(doc => new Doc(doc.Id, doc.Version, "")).SingleOrDefaultAsync(ct);
}
