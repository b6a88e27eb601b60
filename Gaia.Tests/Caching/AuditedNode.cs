using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Engine;
using Gaia.Caching.Outbox;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gaia.Tests.Caching;

/// <summary>A service's node that compares what all nodes hold of its documents with the database, far more often than in production.</summary>
internal static class AuditedNode
{
    public const string Service = "audited";

    /// <summary>How long after a change a key is looked at for the last time.</summary>
    public static readonly TimeSpan LastLook = TimeSpan.FromSeconds(3);

    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    // A commit that a killed Postgres may forget would prove nothing.
    public static string Durable(string postgres) => $"{postgres};Options=-c synchronous_commit=on";

    public static Task<CacheHost> StartAsync(OutboxServers servers, Action<CachingOptions>? configure = null, FencingRules? rules = null) =>
        StartAsync(servers.Cache.Redis.ConnectionString, servers.Cache.Nats.Url, servers.Postgres.ConnectionString, configure, rules);

    public static Task<CacheHost> StartAsync(string redis, string nats, string postgres, Action<CachingOptions>? configure = null, FencingRules? rules = null) => CacheHost.StartAsync(
        redis,
        nats,
        options =>
        {
            OutboxServers.AddDocs(options);
            options.NodeName = Service;
            options.StalenessBound = Bound;
            options.Audit<string, Doc, DocDb>(Doc.ByRow, (db, ids, ct) => db.Docs.Where(doc => ids.Contains(doc.Id)).ToDictionaryAsync(doc => doc.Id, doc => doc.Version, ct));
            options.Audit(Doc.ByTimestamp);
            options.AuditPerSecond = 600;
            options.AuditRedisShare = 1;
            options.AuditLoadsPerSecond = 200;
            options.AuditDelays = [TimeSpan.FromSeconds(1), LastLook];
            configure?.Invoke(options);
        },
        services =>
        {
            OutboxServers.AddDocDb(services, Durable(postgres));
            services.AddCacheOutbox<DocDb>();
            if (rules is not null)
            {
                services.Replace(ServiceDescriptor.Singleton(rules));
            }
        });

    /// <returns>The document's new version.</returns>
    public static async Task<long> ChangeAsync(this CacheHost node, string id, CancellationToken ct)
    {
        await using var scope = node.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DocDb>().ChangeAsync(id, ct);
    }

    public static async Task<IReadOnlyList<ConsistencyReport>> AuditsAsync(this CacheHost node) =>
        [.. (await node.Of<CacheCluster>().ConsistencyAsync(TestContext.Current.CancellationToken)).Nodes.Select(audit => audit.Answer)];

    public static async Task<IReadOnlyList<ConsistencyViolation>> ViolationsAsync(this CacheHost node) =>
        [.. (await node.AuditsAsync()).SelectMany(audit => audit.Violations)];

    public static async Task<long> ChecksAsync(this CacheHost node) => (await node.AuditsAsync()).SelectMany(audit => audit.Counts).Sum(count => count.Checks);
}
