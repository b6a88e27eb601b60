using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P11: throughput of reads that memory answers, with Redis killed, against the same with Redis well.</summary>
internal static class KilledRedis
{
    private const int Keys = 1_000;
    private static readonly TimeSpan Phase = TimeSpan.FromMilliseconds(400);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct) =>
    [
        new("Redis killed: throughput of warm reads / healthy", Goal.NoLessThan("P11", 0.95).Timed(), await Make.CellsAsync(make => MeasureAsync(make, ct))),
    ];

    private static async Task<Cell> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var node = await servers.StartNodeAsync(make, ct);
        List<double> ratios = [];
        while (ratios.Count < CacheBench.Repetitions)
        {
            Guid[] ids = [.. Enumerable.Range(0, Keys).Select(_ => Guid.CreateVersion7())];
            foreach (var id in ids)
            {
                await node.GetAsync(id, _ => new(SamplePersona.New(id)), ct);
            }

            await CountAsync(node, ids, ct);
            var healthy = await CountAsync(node, ids, ct);
            await servers.Redis.KillAsync(ct);
            var killed = await CountAsync(node, ids, ct);
            await servers.Redis.RestartAsync(ct);

            // Before and after, as whatever else the machine does drifts.
            ratios.Add(killed / ((healthy + await CountAsync(node, ids, ct)) / 2));
        }

        return Cell.Median(Statistics.Of(ratios));
    }

    /// <summary>Reads per second in the median round over all keys: a round is too short to be preempted often.</summary>
    private static async Task<double> CountAsync(ICacheNode node, Guid[] ids, CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        var rounds = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(ReadAsync, ct)));
        return ids.Length / Statistics.Of(rounds.SelectMany(times => times)).Median;

        async Task<List<double>> ReadAsync()
        {
            List<double> seconds = [];
            while (TimeProvider.System.GetElapsedTime(start) < Phase)
            {
                var round = TimeProvider.System.GetTimestamp();
                foreach (var id in ids)
                {
                    await node.GetAsync(id, static _ => throw new InvalidOperationException("A warm read went to the source."), ct);
                }

                seconds.Add(TimeProvider.System.GetElapsedTime(round).TotalSeconds);
            }

            return seconds;
        }
    }
}
