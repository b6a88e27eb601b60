using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ZiggyCreatures.Caching.Fusion;

namespace Gaia.Bench.Cache.Nodes;

/// <summary>
/// FusionCache over Microsoft's Redis cache. Without its backplane, whose package may be missing from a feed; with the
/// timeout and the circuit breaker that it offers against a slow Redis, and without tags, which cost it a read more.
/// </summary>
internal sealed class FusionNode : ICacheNode
{
    private readonly WarningCounter log = new();
    private readonly ServiceProvider services;

    public FusionNode(string redis)
    {
        var collection = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddStackExchangeRedisCache(options => options.Configuration = redis);
        collection.AddFusionCache()
            .WithOptions(options =>
            {
                options.DisableTagging = true;
                options.DistributedCacheCircuitBreakerDuration = TimeSpan.FromSeconds(2);
            })
            .WithDefaultEntryOptions(options =>
            {
                options.Duration = TimeSpan.FromHours(1);
                options.DistributedCacheHardTimeout = TimeSpan.FromMilliseconds(50);
                options.AllowBackgroundDistributedCacheOperations = true;
            })
            .WithDistributedCache(provider => provider.GetRequiredService<IDistributedCache>())
            .WithSerializer(new FusionJson());
        services = collection.BuildServiceProvider();
        Cache = services.GetRequiredService<IFusionCache>();
    }

    public IFusionCache Cache { get; }

    public int Warnings => log.Count;

    public ValueTask<SamplePersona> GetAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        Cache.GetOrSetAsync<SamplePersona>($"persona:{id}", (_, token) => load(token).AsTask(), token: ct);

    public ValueTask<SamplePersona> GetUntrustedAsync(Guid id, Func<CancellationToken, ValueTask<SamplePersona>> load, CancellationToken ct) =>
        Cache.GetOrSetAsync<SamplePersona>($"persona:{id}", (_, token) => load(token).AsTask(), options => options.SetSkipMemoryCacheRead(), token: ct);

    public Task ChangedAsync(Guid id, long version, CancellationToken ct) => Cache.RemoveAsync($"persona:{id}", token: ct).AsTask();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
