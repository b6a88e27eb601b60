using BenchmarkDotNet.Attributes;
using Gaia.Bench.Cache.Nodes;

namespace Gaia.Bench.Cache;

/// <summary>P8 by BenchmarkDotNet: slower than <see cref="HitCost"/>, and more certain.</summary>
[MemoryDiagnoser]
public class HitBenchmarks
{
    private HitCaches caches = null!;
    private int next;

    [GlobalSetup]
    public async Task StartAsync() => caches = await HitCaches.StartAsync(CancellationToken.None);

    [GlobalCleanup]
    public async Task StopAsync() => await caches.DisposeAsync();

    [Benchmark(Baseline = true)]
    public SamplePersona? MemoryCache() => new MemoryHit(caches.Memory).Get(Key());

    [Benchmark]
    public SamplePersona? Gaia() => new RegionHit(caches.Gaia.Region).Get(caches.Ids[Next()]);

    [Benchmark]
    public SamplePersona? GaiaAsHybridCache() => new HybridHit(caches.Gaia.Hybrid).Get(Key());

    [Benchmark]
    public SamplePersona? FusionCache() => new FusionHit(caches.Fusion.Cache).Get(Key());

    [Benchmark]
    public SamplePersona? FusionCacheAsHybridCache() => new HybridHit(caches.FusionAsHybrid).Get(Key());

    [Benchmark]
    public SamplePersona? HybridCache() => new HybridHit(caches.Hybrid.Cache).Get(Key());

    private string Key() => caches.Keys[Next()];

    private int Next() => next = next + 1 < caches.Ids.Length ? next + 1 : 0;
}
