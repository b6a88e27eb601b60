using System.Net;
using Gaia.Caching;
using Gaia.Caching.Store;
using Gaia.Messaging;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Bench.Cache.Nodes;

/// <summary>Gaia.Caching as a service of Gaia uses it: one region, asked by typed key.</summary>
internal sealed class GaiaNode : ICacheNode
{
    private static readonly Region<Guid, SamplePersona> Personas = new("persona", "persona:")
    {
        Ttl = TimeSpan.FromHours(1),
        Version = persona => persona.Version,
    };

    private readonly WarningCounter log;
    private readonly ServiceProvider services;
    private readonly IHostedService[] background;
    private readonly RegionCache<Guid, SamplePersona> personas;
    private readonly StalenessGuard trust;

    private GaiaNode(ServiceProvider services, WarningCounter log)
    {
        (this.services, this.log) = (services, log);
        personas = services.GetRequiredService<RegionCache<Guid, SamplePersona>>();
        trust = services.GetRequiredService<StalenessGuard>();
        background = [.. services.GetServices<IHostedService>()];
        Hybrid = services.GetRequiredService<HybridCache>();
    }

    public RegionCache<Guid, SamplePersona> Region => personas;

    public HybridCache Hybrid { get; }

    public int Warnings => log.Count;

    /// <summary>Whether all primaries of Redis answer.</summary>
    public bool UsesAllPrimaries => Primaries.UsedCount == Primaries.Count;

    private RedisPrimaries Primaries => services.GetRequiredService<RedisPrimaries>();

    /// <summary>Where a persona lies on a Redis Cluster.</summary>
    public EndPoint? PrimaryOf(Guid id) => Primaries.AddressOf(Personas.Key(id));

    public static async Task<ICacheNode> StartAsync(string redis, string nats, CancellationToken ct)
    {
        var log = new WarningCounter();
        var connection = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(redis).ForCaching());

        // No host: each would take the process's signals for itself, and Ctrl+C would end none of it.
        var node = new GaiaNode(
            new ServiceCollection()
                .AddLogging(logging => logging.AddProvider(log))
                .AddSingleton<IConnectionMultiplexer>(_ => connection)
                .AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = nats }.ForCaching()))
                .AddGaiaCaching(options => options.Region(Personas))
                .BuildServiceProvider(),
            log);
        foreach (var service in node.background)
        {
            await service.StartAsync(ct);
        }

        await Eventually.IsTrueAsync(() => node.trust.IsTrustedNow, ct: ct);
        return node;
    }

    public async ValueTask<SamplePersona> GetAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        (await personas.GetAsync(id, async (_, token) => await load(token), ct)).Value!;

    public ValueTask<SamplePersona> GetUntrustedAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        GetAsync(id, load, ct);

    public async Task WaitUntilUntrustedAsync(CancellationToken ct)
    {
        await Eventually.IsTrueAsync(() => !trust.IsTrustedNow, ct: ct);

        // An entry younger than the bound still answers without trust.
        await Task.Delay(trust.Bound, ct);
    }

    public Task ChangedAsync(Guid id, long version, CancellationToken ct) => personas.InvalidateAsync(id, version, ct).AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var service in background.Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await services.DisposeAsync();
    }
}
