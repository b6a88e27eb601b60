using Gaia.Caching.Engine;
using Gaia.Caching.Reading;

namespace Gaia.Caching.Advice;

/// <summary>
/// What this node's cache would answer if values lived for another time or if there were more or less memory: simulations that are fed by the reads of sampled
/// keys. Memory is shared by all regions and simulated for all together, lifetimes for each region by itself.
/// </summary>
internal sealed class CacheModel
{
    /// <summary>The memory limits that are simulated, as multiples of the real one.</summary>
    private static readonly double[] Multiples = [1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 4, 8];

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly CacheNode node;
    private readonly CachingOptions options;
    private readonly SampleBuffer buffer = new();
    private readonly RegionModel[] regions;
    private readonly Simulation[] byMemory;
    private long countedAt;
    private long sweptAt;
    private double seconds;

    public CacheModel(CacheNode node, CachingOptions options)
    {
        (this.node, this.options) = (node, options);
        regions = [.. node.Regions.All.Where(region => region.Declared is not ExternalRegion).Select(Follow)];
        byMemory = [.. Multiples.Select(multiple => new Simulation(
            [.. regions.Select(region => new SimulatedRegion(region.Sample, region.State.Declared.Ttl, options.AdviceSamples))],
            regions.ToDictionary(region => region.Sample.Index, region => region.Sizes)) { Limit = options.MemoryLimit * multiple })];
        Array.ForEach(regions, region => region.Feed(byMemory));
        countedAt = sweptAt = node.Clock.Now;
    }

    /// <summary>How many memory limits are simulated.</summary>
    public static int MemoryLimits => Multiples.Length;

    /// <summary>Feeds the simulations with what was sampled since the last time; to be called about once a second.</summary>
    public void Advance()
    {
        lock (gate)
        {
            var now = node.Clock.Now;
            var elapsed = (now - countedAt) / 1_000.0;
            Decay(Math.Pow(0.5, elapsed / options.AdviceHalfLife.TotalSeconds));
            (countedAt, seconds) = (now, seconds + elapsed);
            foreach (ref readonly var sampled in buffer.Take())
            {
                regions[sampled.Region.Index].Apply(sampled);
            }

            Array.ForEach(regions, region => region.Count(now));
            if (now - sweptAt >= SweepEvery.TotalMilliseconds)
            {
                sweptAt = now;
                Sweep(now);
            }
        }
    }

    /// <summary>What was seen and simulated so far.</summary>
    public CacheModelReport Report()
    {
        Advance();
        lock (gate)
        {
            return new(
                options.MemoryLimit,
                node.Keys.Size,
                seconds,
                buffer.Dropped,
                [.. regions.Where(region => region.Reads > 0).Select(Report)]);
        }
    }

    private RegionModel Follow(RegionState state, int index)
    {
        var sample = new RegionSample(index, state.Declared, buffer, node.Clock);
        state.Sample = sample;
        return new(state, sample, options);
    }

    private void Decay(double factor)
    {
        seconds *= factor;
        foreach (var region in regions)
        {
            region.Decay(factor);
        }

        foreach (var simulated in byMemory.SelectMany(simulation => simulation.Regions))
        {
            simulated.Decay(factor);
        }
    }

    private void Sweep(long now)
    {
        // What the other regions do not take is there for the values of one, whatever their lifetime.
        var sizes = node.Keys.SizeByRegion();
        var free = Math.Max(0, options.MemoryLimit - sizes.Values.Sum());
        foreach (var region in regions)
        {
            foreach (var simulation in region.ByTtl)
            {
                simulation.Limit = sizes.GetValueOrDefault(region.State) + free;
                simulation.Sweep(now);
            }
        }

        Array.ForEach(byMemory, simulation => simulation.Sweep(now));
    }

    private RegionModelReport Report(RegionModel region)
    {
        var declared = region.State.Declared;
        return new(
            declared.Name,
            declared.TtlSetting,
            declared.Ttl.TotalSeconds,
            region.Reads,
            region.Hits,
            region.Commands,
            region.SampledKeys,
            region.Sample.Rate,
            [.. region.ByTtl.Select(simulation => Point(simulation.Regions[0].Ttl.TotalSeconds, simulation.Regions[0]))],
            [.. byMemory.Select(simulation => Point(simulation.Limit, simulation.Regions[region.Sample.Index]))]);

        static SimulatedPoint Point(double setting, SimulatedRegion simulated) => new(setting, simulated.Estimate.Misses, simulated.Estimate.Variance);
    }
}
