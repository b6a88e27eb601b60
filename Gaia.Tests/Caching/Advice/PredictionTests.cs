using Gaia.Caching.Advice;
using Gaia.Testing.Caching;
using Gaia.Testing.Caching.Advice;

namespace Gaia.Tests.Caching.Advice;

/// <summary>What the simulations predict for other settings, beside caches that have them.</summary>
public sealed class PredictionTests
{
    private const double Point = 0.01;
    private const long Memory = 8 << 20;

    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Where_every_key_is_sampled_the_simulation_of_todays_settings_is_what_the_cache_did(int seed)
    {
        await using var cache = await StartAsync(TimeSpan.FromSeconds(20), Memory);

        await cache.ReplayAsync(AccessTraces.WithInvalidations(100_000, keys: 3_000, exponent: 0.8, seed));

        var region = Assert.Single(cache.Model!.Report().Regions);
        Assert.Equal(1, region.Rate);
        Assert.Equal(cache.Statistics.Hits.Value + cache.Statistics.Misses.Value, region.Reads, tolerance: 1);
        Assert.Equal(cache.HitRatio, Ratio(region, region.ByTtl, 20), tolerance: Point / 2);
        Assert.Equal(cache.HitRatio, Ratio(region, region.ByMemory, Memory), tolerance: Point / 2);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(240)]
    [InlineData(86_400)]
    public async Task Another_lifetime_brings_what_was_predicted_also_from_a_sample(int seconds)
    {
        var trace = AccessTraces.WithInvalidations(300_000, keys: 20_000, exponent: 0.8).ToList();
        await using var sampled = await StartAsync(Ttl, 64 << 20);
        await sampled.ReplayAsync(trace);
        await using var other = await StartAsync(TimeSpan.FromSeconds(seconds), 64 << 20);
        await other.ReplayAsync(trace);

        var region = Assert.Single(sampled.Model!.Report().Regions);
        Assert.InRange(region.SampledKeys, 1_000, 4_096);
        Assert.Equal(other.HitRatio, Advise(sampled).TtlCurve.Single(point => point.Setting == seconds).HitRatio, tolerance: 2 * Point);
        Assert.True(Math.Abs(other.HitRatio - sampled.HitRatio) > 4 * Point, "The lifetime changes so little here that no prediction could be wrong.");
    }

    [Theory]
    [InlineData(Memory / 4)]
    [InlineData(Memory * 2)]
    public async Task Another_memory_limit_brings_what_was_predicted_also_from_a_sample(long bytes)
    {
        var trace = AccessTraces.ScanOverHotSet(300_000, hot: 20_000, scanned: 10_000).ToList();
        await using var sampled = await StartAsync(TimeSpan.FromHours(1), Memory);
        await sampled.ReplayAsync(trace);
        await using var other = await StartAsync(TimeSpan.FromHours(1), bytes);
        await other.ReplayAsync(trace);

        Assert.Equal(other.HitRatio, Advise(sampled).MemoryCurve.Single(point => point.Setting == bytes).HitRatio, tolerance: 2 * Point);
        Assert.True(Math.Abs(other.HitRatio - sampled.HitRatio) > 4 * Point, "The limit changes so little here that no prediction could be wrong.");
    }

    [Fact]
    public async Task A_hit_on_a_sampled_key_allocates_nothing()
    {
        await using var cache = await StartAsync(Ttl, Memory);
        var docs = cache.Docs;
        await docs.GetAsync("a", (id, _) => Task.FromResult<Doc?>(new(id, 1)), TestContext.Current.CancellationToken);
        await docs.GetAsync("a", TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var read = 0; read < 1_000; read++)
        {
            await docs.GetAsync("a", TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, Assert.Single(cache.Model!.Report().Regions).SampledKeys);
    }

    private static Task<ReplayedCache> StartAsync(TimeSpan ttl, long memory) =>
        ReplayedCache.StartAsync(Doc.ByRow with { Ttl = ttl }, options => (options.MemoryLimit, options.AdviceHalfLife) = (memory, TimeSpan.FromDays(1_000)));

    private static RegionAdvice Advise(ReplayedCache cache) => Assert.Single(new TuningAdvisor(cache.CachingOptions).Advise([cache.Model!.Report()]).Regions);

    private static double Ratio(RegionModelReport region, IReadOnlyList<SimulatedPoint> points, double setting) =>
        1 - (points.Single(point => point.Setting == setting).Misses / region.Reads);
}
