using Gaia.Bench.Reporting;
using Gaia.Caching;
using Gaia.Caching.Engine;
using Gaia.Testing.Caching;

namespace Gaia.Bench.Audit;

/// <summary>How long it takes, with the audit's usual settings, until a node that breaks a fencing rule is found out.</summary>
internal static class BrokenRules
{
    private const int Repetitions = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What the audit loads of a region without row versions is limited; after half a minute it can afford the load of a change again.</summary>
    private static readonly TimeSpan LoadPause = TimeSpan.FromSeconds(30);

    private static readonly (Func<FencingRules> New, Region<string, Doc> Region)[] Rules =
    [
        (() => new BrokenFencingRules.JoinsOldLoads(), Doc.ByRow),
        (() => new BrokenFencingRules.KeepsAnything(), Doc.ByRow),
        (() => new BrokenFencingRules.TakesTheFenceAfterTheLoad(), Doc.ByTimestamp),
        (() => new BrokenFencingRules.IgnoresInvalidations(), Doc.ByTimestamp),
        (() => new BrokenFencingRules.AnswersWhatItMayNotKeep(), Doc.ByRow),
    ];

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var servers = await AuditServers.StartAsync(ct);
        await using var auditor = await servers.StartNodeAsync(ct);
        List<double> all = [];
        List<Row> rows = [];
        foreach (var (rules, region) in Rules)
        {
            var name = rules().GetType().Name;
            await using var broken = await servers.StartNodeAsync(ct, options => (options.NodeName, options.IsAuditOn) = ("broken", false), rules());
            var times = new List<double>();
            for (var i = 0; i < Repetitions; i++)
            {
                times.Add(await FindAsync(auditor, broken, region, $"{name} {i}", holds: name == nameof(BrokenFencingRules.JoinsOldLoads), ct));
            }

            all.AddRange(times);
            rows.Add(new($"A node that {name}: found after, s", null, Cell.Worst(Statistics.Of(times))));
        }

        var p99 = Statistics.Of(all).P99;
        return [new("Broken rules found after, p99 s", Goal.NoMoreThan("audit", auditor.Bound.TotalSeconds + 5, "s").Timed(), new Cell(Cell.Number(p99), p99)), .. rows];
    }

    /// <returns>Seconds from the change.</returns>
    private static async Task<double> FindAsync(AuditNode auditor, AuditNode broken, Region<string, Doc> region, string id, bool holds, CancellationToken ct)
    {
        var key = region.Key(id);
        await auditor.ChangeAsync(id, ct);
        await Eventually.IsTrueAsync(() => broken.FenceOf(key) > 0, ct: ct);
        await (region == Doc.ByTimestamp ? Task.Delay(LoadPause, ct) : Task.CompletedTask);
        var first = broken.FenceOf(key);

        // The source is read before the change, and the load ends after it, or only when it has been found.
        var (began, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reading = broken.Docs(region).GetAsync(
            id,
            async (_, _) =>
            {
                began.SetResult();
                await end.Task;
                return new(id, 1);
            },
            ct).AsTask();
        await began.Task;
        await auditor.ChangeAsync(id, ct);
        var changed = TimeProvider.System.GetTimestamp();
        await Eventually.IsTrueAsync(() => broken.FenceOf(key) > first, ct: ct);
        if (!holds)
        {
            end.SetResult();
            await reading;
        }

        await Eventually.IsTrueAsync(() => auditor.Report().Violations.Any(violation => violation.Key == key && violation.Service == "broken"), Limit, ct);
        var took = TimeProvider.System.GetElapsedTime(changed);
        end.TrySetResult();
        await reading;
        return Math.Round(took.TotalSeconds, 2);
    }
}
