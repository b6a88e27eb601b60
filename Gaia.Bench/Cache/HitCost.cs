using System.Diagnostics;
using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P8: what a hit in memory costs, in time against <c>MemoryCache.TryGetValue</c> and in bytes.</summary>
internal static class HitCost
{
    private const int Repetitions = CacheBench.Repetitions + 2;
    private const int Rounds = 500;

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

        // Side by side: each repetition runs all loops one after another, and compares within itself. Two of them only warm up.
        var costs = loops.Keys.ToDictionary(name => name, _ => new List<Cost>());
        var ratios = loops.Keys.ToDictionary(name => name, _ => new List<double>());
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var round = loops.ToDictionary(loop => loop.Key, loop => loop.Value());
            foreach (var (name, cost) in repetition < 2 ? [] : round)
            {
                costs[name].Add(cost);
                ratios[name].Add(cost.Nanoseconds / round["MemoryCache"].Nanoseconds);
            }
        }

        var memory = Cell.Number(Statistics.Of(costs["MemoryCache"].Select(cost => cost.Nanoseconds)).Median);
        return
        [
            new($"Hit in memory / MemoryCache.TryGetValue ({memory} ns): own API", Goal.NoMoreThan("P8", 0.8), Time("Gaia"), Time("FusionCache")),
            new("the same: through HybridCache", Goal.NoMoreThan("P8", 1.2), Time("Gaia as HybridCache"), Time("FusionCache as HybridCache"), Time("HybridCache")),
            new("Hit in memory, bytes allocated: own API", Goal.NoMoreThan("P8", 0), Bytes("Gaia"), Bytes("FusionCache")),
            new("the same: through HybridCache", Goal.NoMoreThan("P8", 0), Bytes("Gaia as HybridCache"), Bytes("FusionCache as HybridCache"), Bytes("HybridCache")),
        ];

        Cell Time(string name) => Cell.Median(Statistics.Of(ratios[name]));
        Cell Bytes(string name) => Cell.Median(Statistics.Of(costs[name].Select(cost => cost.Bytes)));
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
