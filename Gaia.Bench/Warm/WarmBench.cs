using System.Globalization;
using Gaia.Bench.Audit;
using Gaia.Bench.Reporting;
using Gaia.Caching;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Bench.Warm;

/// <summary>Three nodes under load, of which one is new, all are restarted in turn, and all are restarted together with an empty Redis.</summary>
internal static class WarmBench
{
    private const int Documents = 500;
    private const int Nodes = 3;
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Cold = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(100);

    public static async Task<Table> RunAsync(CancellationToken ct)
    {
        await using var servers = await AuditServers.StartAsync(ct);
        await FillAsync(servers, ct);
        var loads = new List<NodeUnderLoad>();
        for (var i = 0; i < Nodes; i++)
        {
            loads.Add(await StartAsync(servers, ct));
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var changes = ChangeAsync(loads, over.Token);
        await Task.Delay(Steady, ct);
        var (steady, queries) = (await MeasureAsync(loads, Steady, ct), Loads(loads));
        await Task.Delay(Steady, ct);
        var steadyQueries = (Loads(loads) - queries) / Steady.TotalSeconds;

        var fresh = await StartAsync(servers, ct);
        var newNode = await MeasureAsync([fresh], First, ct);
        await fresh.DisposeAsync();

        var (restarted, before, gone) = (TimeProvider.System.GetTimestamp(), Loads(loads), 0L);
        for (var i = 0; i < Nodes; i++)
        {
            gone += loads[i].Loads;
            await loads[i].DisposeAsync();
            loads[i] = await StartAsync(servers, ct);
            await Task.Delay(First, ct);
        }

        var rolling = (gone + Loads(loads) - before) / TimeProvider.System.GetElapsedTime(restarted).TotalSeconds;

        await Task.WhenAll(loads.Select(load => load.DisposeAsync().AsTask()));
        await servers.Redis.CommandAsync("FLUSHALL", ct);

        // Into the same list, which the changes go on from.
        var again = await Task.WhenAll(Enumerable.Range(0, Nodes).Select(_ => StartAsync(servers, ct)));
        for (var i = 0; i < Nodes; i++)
        {
            loads[i] = again[i];
        }

        await Task.Delay(Cold, ct);
        var emptied = await MeasureAsync(loads, Cold, ct);
        await over.CancelAsync();
        await changes;
        await Task.WhenAll(loads.Select(load => load.DisposeAsync().AsTask()));

        var table = new Table(Machine.Now(), "Gaia");
        table.Note(string.Create(CultureInfo.InvariantCulture, $"{Nodes} nodes, {Documents} documents read by Zipf's law, 10 changes a second; steady hit ratio {steady:0.000}, {steadyQueries:0.0} loads a second"));
        table.Add(Row("Hit ratio of a new node's first 10 s / steady", Goal.NoLessThan("warm", 0.95), newNode / steady));
        table.Add(Row("Loads a second while three nodes are restarted in turn / steady", Goal.NoMoreThan("warm", 1.2), rolling / steadyQueries));
        table.Add(Row("Hit ratio 2 s after all were restarted with an empty Redis", Goal.NoLessThan("warm", 0.8), emptied));
        return table;
    }

    private static Row Row(string what, Goal goal, double value) => new(what, goal, new Cell(Cell.Number(Math.Round(value, 3)), value));

    private static async Task<NodeUnderLoad> StartAsync(AuditServers servers, CancellationToken ct) =>
        new(await servers.StartNodeAsync(ct, options => options.WarmHot(Doc.ByRow).IsAuditOn = false), Documents);

    private static long Loads(IEnumerable<NodeUnderLoad> loads) => loads.Sum(load => load.Loads);

    /// <summary>The share of reads that memory answers in some time.</summary>
    private static async Task<double> MeasureAsync(IReadOnlyList<NodeUnderLoad> loads, TimeSpan during, CancellationToken ct)
    {
        var (hits, reads) = (loads.Sum(load => load.Hits), loads.Sum(load => load.Reads));
        await Task.Delay(during, ct);
        return (double)(loads.Sum(load => load.Hits) - hits) / (loads.Sum(load => load.Reads) - reads);
    }

    private static async Task FillAsync(AuditServers servers, CancellationToken ct)
    {
        await using var db = new DocDb(new DbContextOptionsBuilder<DocDb>().UseNpgsql(servers.Postgres.ConnectionString).Options);
        db.Docs.AddRange(Enumerable.Range(0, Documents).Select(i => new DocRow { Id = NodeUnderLoad.Id(i), Version = 1 }));
        await db.SaveChangesAsync(ct);
    }

    /// <summary>On whichever node runs.</summary>
    private static async Task ChangeAsync(List<NodeUnderLoad> loads, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await loads[Random.Shared.Next(Nodes)].Node.ChangeAsync(NodeUnderLoad.Id(Random.Shared.Next(Documents)), CancellationToken.None);
            }
            catch (ObjectDisposedException)
            {
                // This one is being restarted.
            }

            await Task.WhenAny(Task.Delay(BetweenChanges, over));
        }
    }
}
