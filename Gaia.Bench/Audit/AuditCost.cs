using System.Diagnostics;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using Gaia.Testing.Caching;

namespace Gaia.Bench.Audit;

/// <summary>What the audit costs with its usual settings: three nodes that hold documents, of which some change, with the audit and without.</summary>
internal static class AuditCost
{
    private const int Nodes = 3;
    private const int Documents = 1_000;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(100);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        var without = await MeasureAsync(isAuditOn: false, ct);
        var with = await MeasureAsync(isAuditOn: true, ct);
        var processor = Math.Max(0, with.Processor - without.Processor) / Nodes * 100;
        var commands = Math.Max(0, with.Commands - without.Commands);
        return
        [
            new("Processor time of the audit, % of a core and node", Goal.NoMoreThan("audit", 1, "%").Timed(), new Cell(Cell.Number(processor), processor)),
            new("Redis commands of the audit a second, all nodes", Goal.NoMoreThan("audit", 2), new Cell(Cell.Number(commands), commands)),
        ];
    }

    /// <returns>Cores, and Redis commands a second.</returns>
    private static async Task<(double Processor, double Commands)> MeasureAsync(bool isAuditOn, CancellationToken ct)
    {
        await using var servers = await AuditServers.StartAsync(ct);
        List<AuditNode> nodes = [];
        for (var i = 0; i < Nodes; i++)
        {
            nodes.Add(await servers.StartNodeAsync(ct, options => options.IsAuditOn = isAuditOn));
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            await Task.WhenAll(nodes.Select(node => node.Docs(Doc.ByRow).WarmAsync(Enumerable.Range(0, Documents).Select(Id), ct)));
            var changes = ChangeAsync(nodes[0], over.Token);
            await Task.Delay(Settled, ct);
            var (time, commands) = (Process.GetCurrentProcess().TotalProcessorTime, await ReadsAsync(servers, ct));
            await Task.Delay(Measured, ct);
            var used = Process.GetCurrentProcess().TotalProcessorTime - time;
            var asked = await ReadsAsync(servers, ct) - commands;
            await over.CancelAsync();
            await changes;
            return (used / Measured, asked / Measured.TotalSeconds);
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static string Id(int i) => $"d{i}";

    /// <summary>Nobody reads, so nobody but the audit sends GET; what a change sends is the same in both cases.</summary>
    private static async Task<double> ReadsAsync(AuditServers servers, CancellationToken ct) =>
        (await servers.Redis.CountByCommandAsync(ct)).GetValueOrDefault("get");

    private static async Task ChangeAsync(AuditNode node, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await node.ChangeAsync(Id(Random.Shared.Next(Documents)), CancellationToken.None);
            await Task.WhenAny(Task.Delay(BetweenChanges, over));
        }
    }
}
