using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Gaia.Tests.Caching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Tests.Survival;

/// <summary>What runs in the process of a <see cref="Node"/>: a service with a database, its cache and its outbox, asked over HTTP.</summary>
internal static class NodeProgram
{
    public const string Name = "cache-node";

    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <param name="settings">The port to listen on, then where Redis, NATS and Postgres are.</param>
    public static async Task<int> RunAsync(string[] settings)
    {
        var (redis, nats, postgres) = (settings[1], settings[2], settings[3]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{settings[0]}");
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton<IConnectionMultiplexer>(
            await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(redis).ForCaching()));
        builder.Services.AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = nats }.ForCaching()));
        builder.Services.AddGaiaCaching(options =>
        {
            options.StalenessBound = Bound;
            OutboxServers.AddDocs(options);
        });
        OutboxServers.AddDocDb(builder.Services, postgres);
        builder.Services.AddCacheOutbox<DocDb>();

        var node = builder.Build();
        node.MapGet("/state", (CacheHealth health) => new NodeState(health.IsRedisUsed, health.IsLogTrusted));
        node.MapGet("/{region}/{id}", ReadAsync);
        node.MapPost("/{id}", (string id, DocDb db, CancellationToken ct) => db.ChangeAsync(id, ct));
        await node.RunAsync();
        return 0;
    }

    private static async Task<NodeRead> ReadAsync(string region, string id, IServiceProvider services, CancellationToken ct)
    {
        var doc = await services.GetRequiredKeyedService<RegionCache<string, Doc>>(region).GetAsync(id, ct);
        return new(doc.Value?.Version ?? 0, doc.IsStale);
    }
}

/// <param name="Version">Of the document; 0 when there is none.</param>
internal sealed record NodeRead(long Version, bool IsStale);

internal sealed record NodeState(bool UsesRedis, bool TrustsLog);
