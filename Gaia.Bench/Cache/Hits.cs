using Gaia.Bench.Cache.Nodes;
using Gaia.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace Gaia.Bench.Cache;

/// <summary>One hit of one cache. Structs, so that the loop around them is compiled for each without a call in between.</summary>
internal interface IHit<in TKey>
{
    SamplePersona? Get(TKey key);
}

internal readonly struct MemoryHit(IMemoryCache cache) : IHit<string>
{
    public SamplePersona? Get(string key) => cache.TryGetValue(key, out SamplePersona? persona) ? persona : null;
}

internal readonly struct RegionHit(RegionCache<Guid, SamplePersona> cache) : IHit<Guid>
{
    private static readonly Func<Guid, CancellationToken, Task<SamplePersona?>> Miss = static (_, _) => Task.FromResult<SamplePersona?>(null);

    public SamplePersona? Get(Guid key) => Hit.Of(cache.GetAsync(key, Miss)).Value;
}

internal readonly struct HybridHit(HybridCache cache) : IHit<string>
{
    private static readonly Func<CancellationToken, ValueTask<SamplePersona?>> Miss = static _ => new(default(SamplePersona));

    public SamplePersona? Get(string key) => Hit.Of(cache.GetOrCreateAsync(key, Miss));
}

internal readonly struct FusionHit(IFusionCache cache) : IHit<string>
{
    private static readonly Func<FusionCacheFactoryExecutionContext<SamplePersona?>, CancellationToken, Task<SamplePersona?>> Miss = static (_, _) => Task.FromResult<SamplePersona?>(null);

    public SamplePersona? Get(string key) => Hit.Of(cache.GetOrSetAsync<SamplePersona?>(key, Miss));
}

internal static class Hit
{
    /// <summary>What awaiting does when there is nothing to wait for.</summary>
    public static T Of<T>(ValueTask<T> read) => read.IsCompletedSuccessfully ? read.Result : throw new InvalidOperationException("This was no hit.");
}
