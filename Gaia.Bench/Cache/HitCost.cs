using System.Diagnostics;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P8: what a hit in memory costs, in time against <c>MemoryCache.TryGetValue</c> and in bytes.</summary>
internal static class HitCost
{
    private const int WarmUpSlices = 60;
    private const int Slices = 90;
    private const int Rounds = 10;

    private sealed record Cost(double Nanoseconds, double Bytes);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var caches = await HitCaches.StartAsync(ct);
        var loops = new Dictionary<string, Func<Cost>>
        {
            ["MemoryCache"] = () => Measure(new MemoryHit(caches.Memory), caches.Keys),
            ["Gaia"] = () => Measure(new RegionHit(caches.Gaia.Region), caches.Ids),
            ["Gaia as HybridCache"] = () => Measure(new HybridHit(caches.Gaia.Hybrid), caches.Keys),
            ["FusionCache"] = () => Measure(new FusionHit(caches.Fusion.Cache), caches.Keys),
            ["FusionCache as HybridCache"] = () => Measure(new HybridHit(caches.FusionAsHybrid), caches.Keys),
            ["HybridCache"] = () => Measure(new HybridHit(caches.Hybrid.Cache), caches.Keys),
        };

        var costs = loops.Keys.ToDictionary(name => name, _ => new List<Cost>());
        var ratios = loops.Keys.ToDictionary(name => name, _ => new List<double>());
        Round(loops, WarmUpSlices);
        for (var repetition = 0; repetition < CacheBench.Repetitions; repetition++)
        {
            var round = Round(loops, Slices);
            foreach (var (name, cost) in round)
            {
                costs[name].Add(cost);
                ratios[name].Add(cost.Nanoseconds / round["MemoryCache"].Nanoseconds);
            }
        }

        var memory = Cell.Number(Statistics.Of(costs["MemoryCache"].Select(cost => cost.Nanoseconds)).Median);
        return
        [
            new($"Hit in memory / MemoryCache.TryGetValue ({memory} ns): own API", Goal.NoMoreThan("P8", 0.8).Timed(), Time("Gaia"), Time("FusionCache")),
            new("the same: through HybridCache", Goal.NoMoreThan("P8", 1.2).Timed(), Time("Gaia as HybridCache"), Time("FusionCache as HybridCache"), Time("HybridCache")),
            new("Hit in memory, bytes allocated: own API", Goal.NoMoreThan("P8", 0), Bytes("Gaia"), Bytes("FusionCache")),
            new("the same: through HybridCache", Goal.NoMoreThan("P8", 0), Bytes("Gaia as HybridCache"), Bytes("FusionCache as HybridCache"), Bytes("HybridCache")),
        ];

        Cell Time(string name) => Cell.Median(Statistics.Of(ratios[name]));
        Cell Bytes(string name) => Cell.Median(Statistics.Of(costs[name].Select(cost => cost.Bytes)));
    }

    /// <summary>
    /// Side by side in slices too short to be preempted often, each contender first in its turn; the median slice counts.
    /// One long loop after another would charge whatever else the machine does to whoever runs just then.
    /// </summary>
    private static Dictionary<string, Cost> Round(Dictionary<string, Func<Cost>> loops, int slices)
    {
        var measured = loops.Keys.ToDictionary(name => name, _ => new List<Cost>());
        for (var slice = 0; slice < slices; slice++)
        {
            foreach (var (name, loop) in loops.Skip(slice % loops.Count).Concat(loops.Take(slice % loops.Count)))
            {
                measured[name].Add(loop());
            }
        }

        return measured.ToDictionary(
            slice => slice.Key,
            slice => new Cost(
                Statistics.Of(slice.Value.Select(cost => cost.Nanoseconds)).Median,
                Statistics.Of(slice.Value.Select(cost => cost.Bytes)).Median));
    }

    private static Cost Measure<THit, TKey>(THit hit, TKey[] keys)
        where THit : struct, IHit<TKey>
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var key in keys)
            {
                if (hit.Get(key) is null)
                {
                    throw new InvalidOperationException($"{typeof(THit).Name} had nothing for {key}.");
                }
            }
        }

        var calls = (double)Rounds * keys.Length;
        return new(
            Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls,
            Math.Round((GC.GetAllocatedBytesForCurrentThread() - bytes) / calls));
    }
}
