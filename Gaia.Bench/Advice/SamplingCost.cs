using System.Diagnostics;
using System.Globalization;
using Gaia.Bench.Reporting;
using Gaia.Caching.Advice;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;
using Gaia.Testing.Caching.Advice;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Bench.Advice;

/// <summary>What sampling takes: the memory of a region's simulations, and the time and bytes of a hit beside one in a cache that does not sample.</summary>
internal static class SamplingCost
{
    private const int Samples = 4_096;
    private const int Slices = 100;
    private const int WarmUpSlices = 40;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 50_000).Select(key => key.ToString(CultureInfo.InvariantCulture))];

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var sampled = await StartAsync(isAdviceOn: true, ct);
        await using var plain = await StartAsync(isAdviceOn: false, ct);
        List<double> ratios = [];
        List<double> bytes = [];
        for (var slice = -WarmUpSlices; slice < Slices; slice++)
        {
            ct.ThrowIfCancellationRequested();
            var first = Hit(slice % 2 is 0 ? sampled : plain);
            var second = Hit(slice % 2 is 0 ? plain : sampled);
            var (with, without) = slice % 2 is 0 ? (first, second) : (second, first);
            sampled.Model!.Advance();
            if (slice >= 0)
            {
                ratios.Add(with.Nanoseconds / without.Nanoseconds);
                bytes.Add(with.Bytes - without.Bytes);
            }
        }

        return
        [
            new("Memory of a region's sample and simulations, KiB", Goal.NoMoreThan("advice", 1_024), Cell.Median(Statistics.Of([SizeOfRegion() / 1_024.0]))),
            new("Hit with sampling / without", Goal.NoMoreThan("advice", 1.05).Timed(), Cell.Median(Statistics.Of(ratios))),
            new("Hit with sampling, bytes beyond one without", Goal.NoMoreThan("advice", 0), Cell.Median(Statistics.Of(bytes))),
        ];
    }

    private static async Task<ReplayedCache> StartAsync(bool isAdviceOn, CancellationToken ct)
    {
        var cache = await ReplayedCache.StartAsync(
            Doc.ByRow with { Ttl = TimeSpan.FromHours(24) }, options => (options.IsAdviceOn, options.AdviceSamples, options.MemoryLimit) = (isAdviceOn, Samples, 1L << 30), isReplay: false);
        foreach (var key in Keys)
        {
            await cache.Docs.GetAsync(key, (id, _) => Task.FromResult<Doc?>(new(id, 1)), ct);
        }

        return cache;
    }

    private static Cost Hit(ReplayedCache cache)
    {
        var docs = cache.Docs;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        foreach (var key in Keys)
        {
            _ = Cache.Hit.Of(docs.GetAsync(key));
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(elapsed.TotalNanoseconds / Keys.Length, Math.Round((double)(GC.GetAllocatedBytesForCurrentThread() - before) / Keys.Length));
    }

    /// <summary>What one region more takes, with a sample that is full.</summary>
    private static long SizeOfRegion()
    {
        var sample = new RegionSample(0, Doc.ByRow, new(), new(TimeProvider.System));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var model = new RegionModel(new(Doc.ByRow), sample, new(new ServiceCollection()) { AdviceSamples = Samples });
        Simulation[] byMemory = [.. Enumerable.Range(0, CacheModel.MemoryLimits).Select(_ => new Simulation([new(sample, Doc.ByRow.Ttl, Samples)], new Dictionary<int, int[]> { [0] = model.Sizes }))];
        model.Feed(byMemory);
        for (var key = 0; key < Samples; key++)
        {
            model.Apply(new(sample, SampledKind.Value, (ulong)key * 7_919, key, 100));
        }

        var size = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(byMemory);
        return size;
    }

    private readonly record struct Cost(double Nanoseconds, double Bytes);
}
