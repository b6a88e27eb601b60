using Gaia.Caching;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Tests.Caching;

/// <summary>One node: a host with the cache as a service would have it, over real servers.</summary>
internal sealed class CacheHost : IAsyncDisposable
{
    /// <summary>Longer than a busy machine makes Redis late: what a test reads, it finds in Redis afterwards.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly IHost host;

    private CacheHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public GaiaCache Cache => Of<GaiaCache>();

    public CacheNode Node => Of<CacheNode>();

    public LogLines Log => Of<LogLines>();

    public static Task<CacheHost> StartAsync(CacheServers servers, Action<CachingOptions>? configure = null, Action<IServiceCollection>? services = null) =>
        StartAsync(servers.Redis.ConnectionString, servers.Nats.Url, configure, services);

    public static async Task<CacheHost> StartAsync(
        string redis,
        string nats,
        Action<CachingOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        bool trusted = true)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Logging.Services.AddSingleton<LogLines>().AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LogLines>());
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(ConfigurationOptions.Parse(redis).ForCaching());
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ => multiplexer);
        builder.Services.AddSingleton<INatsConnection>(_ => new NatsConnection(new NatsOpts { Url = nats }.ForCaching()));
        builder.Services.AddGaiaCaching(options =>
        {
            options.RedisDeadline = Timeout;
            (configure ?? (regions => regions.Region(Doc.ByRow).Region(Doc.ByTimestamp)))(options);
        });
        services?.Invoke(builder.Services);
        var node = new CacheHost(builder.Build());
        await node.host.StartAsync();
        if (trusted)
        {
            await Soon.BecomesTrueAsync(() => node.Node.StalenessGuard.IsTrustedNow);
        }

        return node;
    }

    public T Of<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Reads a document; without a loader the cache has to know it.</summary>
    public async Task<Cached<Doc?>> ReadAsync(Region<string, Doc> region, string id, Func<Task<Doc?>>? load = null) => await Docs(region).GetAsync(
        id,
        (_, _) => load?.Invoke() ?? throw new InvalidOperationException($"{id} is not to be loaded."),
        TestContext.Current.CancellationToken);

    public Task<Cached<Doc?>> ReadAsync(Region<string, Doc> region, Doc source) => ReadAsync(region, source.Id, () => Task.FromResult<Doc?>(source));

    public Task ChangeAsync(Region<string, Doc> region, string id, long? version = null) =>
        Docs(region).InvalidateAsync(id, version, TestContext.Current.CancellationToken).AsTask();

    public RegionCache<string, Doc> Docs(Region<string, Doc> region) => Services.GetRequiredKeyedService<RegionCache<string, Doc>>(region.Name);

    /// <summary>Waits until this node has applied everything that is in the log now.</summary>
    public async Task CatchUpAsync()
    {
        var last = (long)(await Of<JetStreamLog>().OpenAsync(TestContext.Current.CancellationToken)).State.LastSeq;
        await Soon.BecomesTrueAsync(() => Of<LogPosition>().Applied >= last);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
