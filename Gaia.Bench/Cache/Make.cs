using Gaia.Bench.Cache.Nodes;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>A make of cache, and how a node of it starts, given the addresses of Redis and NATS.</summary>
internal sealed record Make(string Name, Func<string, string, CancellationToken, Task<ICacheNode>> StartAsync)
{
    public static readonly IReadOnlyList<Make> All =
    [
        new("Gaia", GaiaNode.StartAsync),
        new("FusionCache", (redis, _, _) => Task.FromResult<ICacheNode>(new FusionNode(redis))),
        new("HybridCache", (redis, _, _) => Task.FromResult<ICacheNode>(new HybridNode(redis))),
    ];

    /// <summary>Measures each make in turn: the cells of one row, in the order of the columns.</summary>
    public static async Task<Cell[]> CellsAsync(Func<Make, Task<Cell>> measure)
    {
        var cells = new Cell[All.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = await measure(All[i]);
        }

        return cells;
    }
}
