using Gaia.Bench.Cache.Nodes;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion.MicrosoftHybridCache;

namespace Gaia.Bench.Cache;

/// <summary>All caches side by side with the same thousand personas in memory.</summary>
internal sealed class HitCaches : IAsyncDisposable
{
    private readonly CacheServers servers;

    private HitCaches(CacheServers servers, GaiaNode gaia)
    {
        (this.servers, Gaia) = (servers, gaia);
        Fusion = new(servers.Redis.ConnectionString);
        FusionAsHybrid = new FusionHybridCache(Fusion.Cache);
        Hybrid = new(servers.Redis.ConnectionString);
    }

    public Guid[] Ids { get; } = [.. Enumerable.Range(0, 1_000).Select(_ => Guid.CreateVersion7())];

    /// <summary>Not the instances that the caches hold: requests bring their own strings.</summary>
    public string[] Keys => field ??= [.. Ids.Select(id => $"persona:{id}")];

    public MemoryCache Memory { get; } = new(new MemoryCacheOptions());

    public GaiaNode Gaia { get; }

    public FusionNode Fusion { get; }

    public HybridCache FusionAsHybrid { get; }

    public HybridNode Hybrid { get; }

    public static async Task<HitCaches> StartAsync(CancellationToken ct)
    {
        var servers = await CacheServers.StartAsync(ct);
        var caches = new HitCaches(servers, (GaiaNode)await GaiaNode.StartAsync(servers.Redis.ConnectionString, servers.Nats.Url, ct));
        foreach (var id in caches.Ids)
        {
            var persona = SamplePersona.New(id);
            caches.Memory.Set($"persona:{id}", persona);
            await caches.Gaia.GetAsync(id, _ => new(persona), ct);
            await caches.Fusion.GetAsync(id, _ => new(persona), ct);
            await caches.Hybrid.GetAsync(id, _ => new(persona), ct);
        }

        return caches;
    }

    public async ValueTask DisposeAsync()
    {
        await Hybrid.DisposeAsync();
        await Fusion.DisposeAsync();
        await Gaia.DisposeAsync();
        Memory.Dispose();
        await servers.DisposeAsync();
    }
}
