using System.Data.Common;
using Gaia.Bench.Reporting;
using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Bench.Audit;

/// <summary>Three nodes read and change documents and audit each other, while one thing after another is broken and mended.</summary>
internal static class AuditUnderFaults
{
    private const int Documents = 4_000;
    private const int KeysPerSecond = 9_000;
    private static readonly TimeSpan Broken = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(50);

    public static async Task<IEnumerable<Row>> RunAsync(TimeSpan lasts, CancellationToken ct)
    {
        await using var servers = await AuditServers.StartAsync(ct);
        await using var first = await servers.StartNodeAsync(ct, Configure);
        await using var second = await servers.StartNodeAsync(ct, Configure);
        await using var third = await servers.StartLinkedNodeAsync(ct, Configure);
        AuditNode[] nodes = [first, second, third];
        await FillAsync(servers, nodes, ct);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = Task.WhenAll(nodes.Select(node => LoadAsync(node, over.Token)));
        var faults = 0;
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < lasts; faults++)
        {
            var repair = await BreakAsync(servers, faults, ct);
            await Task.Delay(Broken, ct);
            await repair();
            await Eventually.IsTrueAsync(() => nodes.All(node => node.IsWell), TimeSpan.FromMinutes(1), ct);
            await Task.Delay(Whole, ct);
        }

        await over.CancelAsync();
        await load;
        var counts = nodes.SelectMany(node => node.Report().Counts).ToList();
        var (checks, late, violations) = (counts.Sum(count => count.Checks), counts.Sum(count => count.Late), counts.Sum(count => count.Violations));
        return
        [
            new("Checks", Goal.NoLessThan("audit", 3_000_000), new Cell(Cell.Number(checks), checks)),
            new("Violations", Goal.NoMoreThan("audit", 0), new Cell(Cell.Number(violations), violations)),
            new("Old at a look, and no longer when the staleness bound was over", null, new Cell(Cell.Number(late))),
            new("Faults: Redis, NATS and Postgres killed or frozen, Redis emptied, a node cut off", null, new Cell(Cell.Number(faults))),
            .. counts.GroupBy(count => (count.Region, count.After)).OrderBy(group => group.Key).Select(group => new Row(
                $"Nines of {group.Key.Region} after {group.Key.After} s, with 95 % confidence",
                null,
                new Cell(Cell.Number(ConfidentNines.AtLeast(group.Sum(count => count.Checks), group.Sum(count => count.Violations)) ?? 0)))),
        ];
    }

    private static void Configure(CachingOptions options) =>
        (options.AuditPerSecond, options.AuditLoadsPerSecond, options.AuditRedisShare) = (KeysPerSecond, 20, 0.1);

    private static async Task FillAsync(AuditServers servers, AuditNode[] nodes, CancellationToken ct)
    {
        await using var db = new DocDb(new DbContextOptionsBuilder<DocDb>().UseNpgsql(servers.Postgres.ConnectionString).Options);
        db.Docs.AddRange(Enumerable.Range(0, Documents).Select(i => new DocRow { Id = $"d{i}", Version = 1 }));
        await db.SaveChangesAsync(ct);
        foreach (var node in nodes)
        {
            await node.Docs(Doc.ByRow).WarmAsync(Enumerable.Range(0, Documents).Select(i => $"d{i}"), ct);
        }
    }

    private static async Task<Func<Task>> BreakAsync(AuditServers servers, int turn, CancellationToken ct)
    {
        LocalServer[] all = [servers.Redis, servers.Nats, servers.Postgres];
        var server = all[turn / 2 % all.Length];
        switch (turn % (all.Length * 2 + 2))
        {
            case 6:
                await servers.Redis.CommandAsync("FLUSHALL", ct);
                return () => Task.CompletedTask;
            case 7:
                Array.ForEach(servers.Links, link => link.Cut());
                return () =>
                {
                    Array.ForEach(servers.Links, link => link.Heal());
                    return Task.CompletedTask;
                };
            case var kind when kind % 2 is 0:
                await server.FreezeAsync(ct);
                return () => server.ThawAsync(ct);
            default:
                await server.KillAsync(ct);
                return () => server.RestartAsync(ct);
        }
    }

    private static Task LoadAsync(AuditNode node, CancellationToken over) => Task.WhenAll(
        RepeatAsync(
            BetweenReads,
            async id =>
            {
                await node.Docs(Doc.ByRow).GetAsync(id, over);
                await node.Docs(Doc.ByTimestamp).GetAsync(id, over);
            },
            over),
        RepeatAsync(BetweenChanges, id => node.ChangeAsync(id, over), over));

    private static Task RepeatAsync(TimeSpan pause, Func<string, Task> act, CancellationToken over) => Task.Run(
        async () =>
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    await act($"d{Random.Shared.Next(Documents)}");
                }
                catch (Exception error) when (error is DbException or DbUpdateException or InvalidOperationException or TimeoutException or OperationCanceledException)
                {
                    // What fails while something is broken is none of the audit's.
                }

                await Task.WhenAny(Task.Delay(pause, over));
            }
        },
        CancellationToken.None);
}
