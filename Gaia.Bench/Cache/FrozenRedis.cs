using System.Collections.Concurrent;
using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P9: reads that miss in memory while Redis is frozen (SIGSTOP), against the same reads while it is well.</summary>
internal static class FrozenRedis
{
    private const int Workers = 50;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SourceTime = TimeSpan.FromMilliseconds(2);

    private sealed record Read(TimeSpan Began, TimeSpan Ended, bool Failed);

    /// <summary>One freeze: how much slower the slowest hundredth got, what failed, what was logged, what was answered before the thaw.</summary>
    private sealed record Freeze(double Slowdown, double Errors, double Warnings, int Answered);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        var freezes = new List<List<Freeze>>();
        foreach (var make in Make.All)
        {
            freezes.Add(await MeasureAsync(make, ct));
        }

        return
        [
            new("Redis frozen: p99 of reads that miss in memory / healthy p99", Goal.NoMoreThan("P9", 1.2).Timed(), [.. freezes.Select(Slowdown)]),
            new("Redis frozen: failed reads", Goal.NoMoreThan("P9", 0), [.. freezes.Select(f => Cell.Worst(Statistics.Of(f.Select(freeze => freeze.Errors))))]),
            new("Redis frozen and thawed: warnings logged", Goal.NoMoreThan("P9", 2), [.. freezes.Select(f => Cell.Worst(Statistics.Of(f.Select(freeze => freeze.Warnings))))]),
        ];
    }

    private static Cell Slowdown(List<Freeze> freezes)
    {
        var cell = Cell.Median(Statistics.Of(freezes.Select(freeze => freeze.Slowdown)));
        return freezes.Any(freeze => freeze.Answered > 0) ? cell : cell.With("no answer before the thaw");
    }

    private static async Task<List<Freeze>> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var node = await servers.StartNodeAsync(make, ct);
        await LoadAsync(node, Phase, ct);

        List<Freeze> freezes = [];
        while (freezes.Count < CacheBench.Repetitions)
        {
            var healthy = await LoadAsync(node, Phase, ct);
            var warnings = node.Warnings;

            await servers.Redis.FreezeAsync(ct);
            var load = LoadAsync(node, Settling + Phase, ct);
            await Task.Delay(Settling + Phase, ct);
            await servers.Redis.ThawAsync(ct);

            // What hung through the whole freeze counts too; else a cache whose readers all hang would have no reads to show.
            Read[] frozen = [.. (await load).Where(read => read.Began >= Settling || read.Ended >= Settling + Phase)];

            // The rest of a phase for the node to find Redis again, and for what it logs then.
            await LoadAsync(node, Phase, ct);
            freezes.Add(new(
                P99(frozen) / P99(healthy),
                frozen.Count(read => read.Failed),
                node.Warnings - warnings,
                frozen.Count(read => read.Ended < Settling + Phase)));
        }

        return freezes;
    }

    private static double P99(IEnumerable<Read> reads) => Statistics.Of(reads.Select(read => (read.Ended - read.Began).TotalMilliseconds)).P99;

    /// <summary>Every read is of a persona that no cache has.</summary>
    private static async Task<ConcurrentBag<Read>> LoadAsync(ICacheNode node, TimeSpan duration, CancellationToken ct)
    {
        var reads = new ConcurrentBag<Read>();
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync, ct)));
        return reads;

        TimeSpan Now() => TimeProvider.System.GetElapsedTime(start);

        async Task WorkAsync()
        {
            for (var began = Now(); began < duration; began = Now())
            {
                var failed = false;
                try
                {
                    await node.GetAsync(Guid.CreateVersion7(), LoadOneAsync, ct);
                }
                catch (Exception) when (!ct.IsCancellationRequested)
                {
                    failed = true;
                }

                reads.Add(new(began, Now(), failed));
            }
        }
    }

    private static async ValueTask<SamplePersona> LoadOneAsync(CancellationToken ct)
    {
        await Task.Delay(SourceTime, ct);
        return SamplePersona.New(Guid.Empty);
    }
}
