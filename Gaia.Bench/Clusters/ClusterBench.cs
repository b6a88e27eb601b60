using System.Collections.Concurrent;
using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Clusters;

/// <summary>Reads that Redis answers, on a cluster of three primaries of which one is frozen: those of the other primaries' keys.</summary>
internal static class ClusterBench
{
    private const int Keys = 30_000;
    private const int Workers = 4;
    private const int Repetitions = 5;

    public static async Task<Table> RunAsync(CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia");
        table.Note($"three primaries, one frozen; {Keys} keys, {Repetitions} times");
        await using var redis = await RedisCluster.StartAsync(servesPartly: true, ct: ct);
        await using var nats = await NatsServer.StartAsync(ct: ct);
        Guid[] ids = [.. Enumerable.Range(0, Keys).Select(_ => Guid.CreateVersion7())];
        await using var writer = (GaiaNode)await GaiaNode.StartAsync(redis.ConnectionString, nats.Url, ct);
        foreach (var id in ids)
        {
            await writer.GetAsync(id, _ => new(SamplePersona.New(id)), ct);
        }

        List<double> slowdowns = [], hits = [];
        for (var i = 0; i < Repetitions; i++)
        {
            var frozen = redis.Primaries[i % redis.Primaries.Count];
            Guid[] others = [.. ids.Where(id => writer.PrimaryOf(id)?.ToString()?.EndsWith($":{frozen.Port}", StringComparison.Ordinal) is false)];
            Random.Shared.Shuffle(others);

            // Fresh memory; the first thousand warm the connection up.
            await using var reader = (GaiaNode)await GaiaNode.StartAsync(redis.ConnectionString, nats.Url, ct);
            var third = others.Length / 3;
            await ReadAsync(reader, others[..third], ct);
            var healthy = await ReadAsync(reader, others[third..(2 * third)], ct);

            await frozen.FreezeAsync(ct);
            var noticing = ids.Except(others).First();
            await reader.GetAsync(noticing, _ => new(SamplePersona.New(noticing)), ct);
            var meanwhile = await ReadAsync(reader, others[(2 * third)..], ct);
            await frozen.ThawAsync(ct);
            await Eventually.IsTrueAsync(() => reader.UsesAllPrimaries && writer.UsesAllPrimaries, ct: ct);

            slowdowns.Add(Statistics.Of(meanwhile.Times).P99 / Statistics.Of(healthy.Times).P99);
            hits.Add(1 - ((double)meanwhile.Loads / meanwhile.Times.Count));
        }

        table.Add(new("p99 of reads that Redis answers, keys of the other primaries / healthy", Goal.NoMoreThan("cluster", 1.2).Timed(), Cell.Median(Statistics.Of(slowdowns))));
        var fewest = hits.Min();
        table.Add(new("Share of them that Redis answers, fewest", Goal.NoLessThan("cluster", 0.99), new Cell(Cell.Number(Math.Round(fewest, 4)), fewest)));
        return table;
    }

    private static async Task<(List<double> Times, int Loads)> ReadAsync(GaiaNode node, Guid[] ids, CancellationToken ct)
    {
        var times = new ConcurrentBag<double>();
        var loads = 0;
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = ct }, async (id, stop) =>
        {
            var began = TimeProvider.System.GetTimestamp();
            await node.GetAsync(
                id,
                _ =>
                {
                    Interlocked.Increment(ref loads);
                    return new(SamplePersona.New(id));
                },
                stop);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        });
        return ([.. times], loads);
    }
}
