using Gaia.Caching;
using Gaia.Caching.Advice;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching.Advice;

public sealed class TuningAdvisorTests
{
    private const long Memory = 64 << 20;

    private static readonly TuningAdvisor Advisor = new(new CachingOptions(new ServiceCollection()) { MemorySetting = "MEMORY" });

    [Fact]
    public void The_smallest_lifetime_within_half_a_point_of_the_best_is_recommended()
    {
        var region = Assert.Single(Advise(Region(20_000, hits: 12_000, (60, 8_000), (240, 1_000), (960, 950), (86_400, 940))).Regions);

        Assert.Equal(("docs", "DOC_TTL", 60, 240, 0.95), (region.Advice!.Id, region.Advice.Setting, region.Advice.From, region.Advice.To, region.Advice.Predicted));
        Assert.InRange(region.Advice.Low, 0.9, 0.9499);
        Assert.InRange(region.Advice.High, 0.9501, 1);

        // 7,000 misses fewer in 1,000 seconds, of five commands each.
        Assert.Equal(7_000 * 5 * 86.4, region.Advice.CommandsPerDay, tolerance: 1);
    }

    [Fact]
    public void Nodes_count_by_their_reads()
    {
        var region = Assert.Single(Advise(
            Region(30_000, hits: 15_000, (60, 15_000), (240, 0)),
            Region(10_000, hits: 10_000, (60, 0), (240, 0))).Regions);

        Assert.Equal(40_000, region.Reads);
        Assert.Equal(0.625, region.HitRatio);
        Assert.Equal([(60, 0.625), (240, 1)], region.TtlCurve.Select(point => (point.Setting, point.HitRatio)));
    }

    [Fact]
    public void Too_few_reads_are_said_to_be_too_few()
    {
        var advice = Advise(Region(3_100, hits: 1_000, (60, 2_100), (240, 0)));

        Assert.Null(advice.Regions[0].Advice);
        Assert.Equal("no advice: 3,100 reads, 10,000 needed", advice.Regions[0].Why);
        Assert.Equal(advice.Regions[0].Why, advice.Memory.Why);
    }

    [Fact]
    public void A_lifetime_that_is_long_enough_stays()
    {
        var region = Assert.Single(Advise(Region(20_000, hits: 19_000, (15, 1_050), (60, 1_000), (240, 950))).Regions);

        Assert.Null(region.Advice);
        Assert.Contains("less than half a point", region.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_what_was_measured_recommends_nothing()
    {
        var region = Assert.Single(Advise(Region(20_000, hits: 10_000, (60, 4_000), (240, 0))).Regions);

        Assert.Null(region.Advice);
        Assert.Equal("the model does not fit: it gives 80.0 % for today's setting, and 50.0 % was measured", region.Why);
    }

    [Fact]
    public void More_memory_is_recommended_where_values_are_evicted_too_early_and_less_where_nobody_misses_it()
    {
        var tight = Advise(Region(20_000, hits: 12_000, (60, 8_000)) with { ByMemory = [new(Memory / 2, 12_000, 0), new(Memory, 8_000, 0), new(Memory * 2, 2_000, 0), new(Memory * 4, 1_990, 0)] });
        var ample = Advise(Region(20_000, hits: 19_000, (60, 1_000)) with { ByMemory = [new(Memory / 4, 1_020, 0), new(Memory / 2, 1_010, 0), new(Memory, 1_000, 0)] });

        Assert.Equal((TuningAdvisor.MemoryId, "MEMORY", Memory * 2, 0.9), (tight.Memory.Advice!.Id, tight.Memory.Advice.Setting, tight.Memory.Advice.To, tight.Memory.Advice.Predicted));
        Assert.Equal(Memory / 4, ample.Memory.Advice!.To);
        Assert.Equal(-20 * 5 * 86.4, ample.Memory.Advice.CommandsPerDay, tolerance: 1);
    }

    private static TuningAdvice Advise(params RegionModelReport[] nodes) =>
        Advisor.Advise([.. nodes.Select(region => new CacheModelReport(Memory, Memory, 1_000, 0, [region]))]);

    private static RegionModelReport Region(double reads, double hits, params (double Ttl, double Misses)[] curve) => new(
        "docs",
        "DOC_TTL",
        60,
        reads,
        hits,
        (reads - hits) * 5,
        100,
        1,
        [.. curve.Select(point => new SimulatedPoint(point.Ttl, point.Misses, 100))],
        [new(Memory, reads - hits, 0)]);
}
