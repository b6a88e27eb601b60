using System.Globalization;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Audit;

/// <summary>What the consistency audit sees under faults, how fast it finds broken rules, and what it costs.</summary>
internal static class AuditBench
{
    /// <param name="minutes">How long nodes are audited under faults.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(double minutes, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia");
        table.Note(string.Create(CultureInfo.InvariantCulture, $"three nodes, {minutes} minutes under faults"));
        foreach (var run in (Func<CancellationToken, Task<IEnumerable<Row>>>[])[token => AuditUnderFaults.RunAsync(TimeSpan.FromMinutes(minutes), token), BrokenRules.RunAsync, AuditCost.RunAsync])
        {
            foreach (var row in await run(ct))
            {
                table.Add(row);
            }
        }

        return table;
    }
}
