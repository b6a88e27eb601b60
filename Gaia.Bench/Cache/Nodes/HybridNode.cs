using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Bench.Cache.Nodes;

/// <summary>Microsoft's HybridCache over Microsoft's Redis cache, as its documentation sets it up.</summary>
internal sealed class HybridNode : ICacheNode
{
    private static readonly HybridCacheEntryOptions Untrusted = new() { Flags = HybridCacheEntryFlags.DisableLocalCacheRead };

    private readonly WarningCounter log = new();
    private readonly ServiceProvider services;

    public HybridNode(string redis)
    {
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddStackExchangeRedisCache(options => options.Configuration = redis)
            .AddHybridCache(options => options.DefaultEntryOptions = new() { Expiration = TimeSpan.FromHours(1), LocalCacheExpiration = TimeSpan.FromHours(1) })
            .Services.BuildServiceProvider();
        Cache = services.GetRequiredService<HybridCache>();
    }

    public HybridCache Cache { get; }

    public int Warnings => log.Count;

    public ValueTask<SamplePersona> GetAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        Cache.GetOrCreateAsync($"persona:{id}", load, cancellationToken: ct);

    public ValueTask<SamplePersona> GetUntrustedAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        Cache.GetOrCreateAsync($"persona:{id}", load, Untrusted, cancellationToken: ct);

    public Task ChangedAsync(Guid id, long version, CancellationToken ct) => Cache.RemoveAsync($"persona:{id}", ct).AsTask();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
