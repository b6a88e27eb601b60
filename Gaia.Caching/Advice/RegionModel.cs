using Gaia.Caching.Engine;

namespace Gaia.Caching.Advice;

/// <summary>What the advice knows of one region: what really happened, and the simulations of other lifetimes. Older counts have less and less weight.</summary>
internal sealed class RegionModel
{
    /// <summary>The lifetimes that are simulated, as multiples of the declared one.</summary>
    private static readonly double[] Multiples = [1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1, 2, 4, 8, 16, double.PositiveInfinity];

    private readonly RegionState region;
    private readonly SampledKeys keys;
    private Simulation[] all;
    private Counts last;

    public RegionModel(RegionState region, RegionSample sample, CachingOptions options)
    {
        var limit = options.AdviceSamples;
        (this.region, Sample, keys, Sizes) = (region, sample, new(sample, limit), new int[limit]);

        // Nothing may live longer than the log remembers its invalidation.
        var cap = Math.Max((options.LogAge - region.Declared.FailSafe).TotalSeconds, region.Declared.Ttl.TotalSeconds);
        ByTtl = [.. Multiples
            .Select(multiple => TimeSpan.FromSeconds(Math.Min(region.Declared.Ttl.TotalSeconds * multiple, cap))).Distinct()
            .Select(ttl => new Simulation([new(sample, ttl, limit)], new Dictionary<int, int[]> { [sample.Index] = Sizes }) { Limit = options.MemoryLimit })];
        all = [.. ByTtl];
        last = Counts.Of(region.Statistics);
    }

    public RegionSample Sample { get; }

    /// <summary>One for each lifetime, the shortest first.</summary>
    public IReadOnlyList<Simulation> ByTtl { get; }

    /// <summary>By the number of a sampled key, the bytes of its value.</summary>
    public int[] Sizes { get; }

    public RegionState State => region;

    public double Reads { get; private set; }

    public double Hits { get; private set; }

    public double Commands { get; private set; }

    public int SampledKeys => keys.Count;

    /// <summary>Takes over what was counted since the last time. What another lifetime brings that is being tried says nothing of today's.</summary>
    public void Count(long now)
    {
        var counts = Counts.Of(region.Statistics);
        if (!IsTrying(now))
        {
            Hits += counts.Hits - last.Hits;
            Reads += counts.Hits - last.Hits + counts.Misses - last.Misses;
            Commands += counts.Commands - last.Commands;
        }

        last = counts;
    }

    /// <summary>Has the region's reads fed to simulations of all regions as well.</summary>
    public void Feed(IReadOnlyList<Simulation> byMemory) => all = [.. ByTtl, .. byMemory];

    public void Decay(double factor)
    {
        (Reads, Hits, Commands) = (Reads * factor, Hits * factor, Commands * factor);
        foreach (var simulation in ByTtl)
        {
            simulation.Regions[0].Decay(factor);
        }
    }

    /// <summary>Feeds the simulations, of lifetimes and of memory limits.</summary>
    public void Apply(in SampledEvent sampled)
    {
        if (IsTrying(sampled.At) || keys.SlotOf(sampled.Hash, Leave) is not { } slot)
        {
            return;
        }

        if (sampled.Kind is SampledKind.Invalidation)
        {
            foreach (var simulation in all)
            {
                simulation.Invalidate(Sample.Index, slot);
            }

            return;
        }

        Resize(slot, sampled.Size - Sizes[slot]);
        foreach (var simulation in all)
        {
            simulation.Read(Sample.Index, slot, sampled);
        }
    }

    private bool IsTrying(long now) => region.Trial is { } trial && trial.IsOn(now);

    private void Resize(int slot, int by)
    {
        if (by is not 0)
        {
            Array.ForEach(all, simulation => simulation.Resize(Sample.Index, slot, by));
            Sizes[slot] += by;
        }
    }

    private void Leave(int slot) => Array.ForEach(all, simulation => simulation.Remove(Sample.Index, slot));

    private readonly record struct Counts(long Hits, long Misses, long Commands)
    {
        public static Counts Of(RegionStatistics statistics) => new(statistics.Hits.Value, statistics.Misses.Value, statistics.Commands.Value);
    }
}
