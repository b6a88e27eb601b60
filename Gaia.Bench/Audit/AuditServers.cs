using Gaia.Caching;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Bench.Audit;

/// <summary>A Redis, a NATS and a Postgres with documents, and links of one node's own that can be cut.</summary>
internal sealed class AuditServers : IAsyncDisposable
{
    private AuditServers(RedisServer redis, NatsServer nats, PostgresServer postgres)
    {
        (Redis, Nats, Postgres) = (redis, nats, postgres);
        Links = [FaultProxy.Start(redis.Port), FaultProxy.Start(nats.Port)];
    }

    public RedisServer Redis { get; }

    public NatsServer Nats { get; }

    public PostgresServer Postgres { get; }

    /// <summary>To Redis and to NATS.</summary>
    public FaultProxy[] Links { get; }

    public static async Task<AuditServers> StartAsync(CancellationToken ct)
    {
        var servers = new AuditServers(await RedisServer.StartAsync(ct: ct), await NatsServer.StartAsync(ct: ct), await PostgresServer.StartAsync(ct));
        await using var db = new DocDb(new DbContextOptionsBuilder<DocDb>().UseNpgsql(servers.Postgres.ConnectionString).Options);
        await db.Database.EnsureCreatedAsync(ct);
        return servers;
    }

    public Task<AuditNode> StartNodeAsync(CancellationToken ct, Action<CachingOptions>? configure = null, FencingRules? rules = null) =>
        AuditNode.StartAsync(Redis.ConnectionString, Nats.Url, Postgres.ConnectionString, ct, configure, rules);

    /// <summary>A node behind <see cref="Links"/>.</summary>
    public Task<AuditNode> StartLinkedNodeAsync(CancellationToken ct, Action<CachingOptions>? configure = null) =>
        AuditNode.StartAsync(Redis.ConnectionStringAt(Links[0].Port), NatsServer.UrlAt(Links[1].Port), Postgres.ConnectionString, ct, configure);

    public async ValueTask DisposeAsync()
    {
        foreach (var link in Links)
        {
            await link.DisposeAsync();
        }

        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
