using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Cache;

/// <summary>P1, the cache's share: Redis commands per operation, as Redis itself counts them, those inside Lua included.</summary>
internal static class CommandCost
{
    private const int Keys = 1_000;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        var costs = new List<Cell[]>();
        foreach (var make in Make.All)
        {
            costs.Add(await MeasureAsync(make, ct));
        }

        return
        [
            Row(0, "Redis commands per warm read", Goal.NoMoreThan("P1", 0.02)),
            Row(1, "Redis commands per read of what another node loaded", Goal.NoMoreThan("L2 read", 1)),
            Row(2, "Redis commands per load of what no node has", Goal.NoMoreThan("load", 4)),
            Row(3, "Redis commands per change", null),
        ];

        Row Row(int operation, string name, Goal? goal) => new(name, goal, [.. costs.Select(cells => cells[operation])]);
    }

    /// <summary>Costs of: warm read, second node's read, load, change.</summary>
    private static async Task<Cell[]> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        await using var first = await servers.StartNodeAsync(make, ct);
        await using var second = await servers.StartNodeAsync(make, ct);
        var series = Enumerable.Range(0, 4).Select(_ => new List<double>()).ToArray();
        for (var repetition = 0; repetition < CacheBench.Repetitions; repetition++)
        {
            Guid[] ids = [.. Enumerable.Range(0, Keys).Select(_ => Guid.CreateVersion7())];
            series[2].Add(await CountAsync(id => ReadAsync(first, id)));
            series[1].Add(await CountAsync(id => ReadAsync(second, id)));
            series[0].Add(await CountAsync(id => ReadAsync(first, id)));
            series[3].Add(await CountAsync(id => first.ChangedAsync(id, 2, ct)));

            async Task<double> CountAsync(Func<Guid, Task> operation)
            {
                var before = await servers.Redis.CountAsync(ct);
                foreach (var id in ids)
                {
                    await operation(id);
                }

                return Math.Round((await servers.Redis.CountAsync(ct) - before) / Keys, 2);
            }
        }

        return [.. series.Select(costs => Cell.Median(Statistics.Of(costs)))];

        async Task ReadAsync(ICacheNode node, Guid id) => await node.GetAsync(id, _ => new(SamplePersona.New(id)), ct);
    }
}
