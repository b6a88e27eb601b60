using Gaia.Bench.Cache.Nodes;
using Gaia.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace Gaia.Bench.Cache;

/// <summary>One hit of one cache. Structs, so that the loop around them is compiled for each without a call in between.</summary>
internal interface IHit<in TKey>
{
    Persona? Get(TKey key);
}

internal readonly struct MemoryHit(IMemoryCache cache) : IHit<string>
{
    public Persona? Get(string key) => cache.TryGetValue(key, out Persona? persona) ? persona : null;
}

internal readonly struct RegionHit(RegionCache<Guid, Persona> cache) : IHit<Guid>
{
    private static readonly Func<Guid, CancellationToken, Task<Persona?>> Miss = static (_, _) => Task.FromResult<Persona?>(null);

    public Persona? Get(Guid key) => Hit.Of(cache.GetAsync(key, Miss)).Value;
}

internal readonly struct HybridHit(HybridCache cache) : IHit<string>
{
    private static readonly Func<CancellationToken, ValueTask<Persona?>> Miss = static _ => new(default(Persona));

    public Persona? Get(string key) => Hit.Of(cache.GetOrCreateAsync(key, Miss));
}

internal readonly struct FusionHit(IFusionCache cache) : IHit<string>
{
    private static readonly Func<FusionCacheFactoryExecutionContext<Persona?>, CancellationToken, Task<Persona?>> Miss = static (_, _) => Task.FromResult<Persona?>(null);

    public Persona? Get(string key) => Hit.Of(cache.GetOrSetAsync<Persona?>(key, Miss));
}

internal static class Hit
{
    /// <summary>What awaiting does when there is nothing to wait for.</summary>
    public static T Of<T>(ValueTask<T> read) => read.IsCompletedSuccessfully ? read.Result : throw new InvalidOperationException("This was no hit.");
}
