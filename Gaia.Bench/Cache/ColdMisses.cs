using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>P13: all nodes miss one persona at the same moment. How many loads reach the database?</summary>
internal static class ColdMisses
{
    private const int Nodes = 3;
    private const int ReadersPerNode = 1_000;
    private static readonly TimeSpan SourceTime = TimeSpan.FromMilliseconds(50);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct) =>
    [
        new(
            $"{Nodes} nodes x {ReadersPerNode:#,0} simultaneous cold reads of one key: loads",
            Goal.NoMoreThan("P13", 1),
            await Make.CellsAsync(make => MeasureAsync(make, ct))),
    ];

    private static async Task<Cell> MeasureAsync(Make make, CancellationToken ct)
    {
        await using var servers = await CacheServers.StartAsync(ct);
        List<ICacheNode> nodes = [];
        try
        {
            while (nodes.Count < Nodes)
            {
                nodes.Add(await servers.StartNodeAsync(make, ct));
            }

            // The first reads of all connect and compile.
            await CountLoadsAsync(nodes, ct);
            List<double> loads = [];
            while (loads.Count < CacheBench.Repetitions)
            {
                loads.Add(await CountLoadsAsync(nodes, ct));
            }

            return Cell.Worst(Statistics.Of(loads));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static async Task<double> CountLoadsAsync(List<ICacheNode> nodes, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        var source = new Source(SourceTime);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var readers = Enumerable.Range(0, ReadersPerNode).SelectMany(_ => nodes).Select(async node =>
        {
            await start.Task;
            await node.GetAsync(id, source.LoadAsync, ct);
        }).ToArray();
        start.SetResult();
        await Task.WhenAll(readers);
        return source.Runs > 0 ? source.Runs : throw new InvalidOperationException("Nobody loaded: the key was not cold.");
    }
}
