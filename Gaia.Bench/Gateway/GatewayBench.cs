using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>Measures admission and forwarding against their goals, with a bare YARP and nginx beside them in the same run.</summary>
internal static class GatewayBench
{
    /// <summary>How often each figure is measured; the tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    // All but the limiter's stand before an nginx, and wrk makes the load.
    private static readonly (string[] Goals, bool NeedsPrograms, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        (["P1", "P2"], true, WarmRequests.RunAsync),
        (["P4", "P5"], true, Forwarding.RunAsync),
        (["P7"], true, AdmissionCost.RunAsync),
        (["P17"], true, RevocationSpread.RunAsync),
        (["P18"], false, SharedLimits.RunAsync),
        (["P27"], true, SlowDatabase.RunAsync),
    ];

    /// <param name="goals">Which to measure, such as "P4"; none means all.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(IReadOnlyCollection<string> goals, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia", "Bare YARP", "nginx");
        table.Note(Cores.Text);
        var advice = Programs.Advice(("nginx", "nginx"), ("wrk", "wrk"));
        foreach (var (of, needsPrograms, run) in Measures.Where(measure => goals.Count == 0 || goals.Intersect(measure.Goals, StringComparer.OrdinalIgnoreCase).Any()))
        {
            if (needsPrograms && advice is not null)
            {
                await Console.Error.WriteLineAsync($"{string.Join(' ', of)} cannot be measured. {advice}");
                continue;
            }

            var started = TimeProvider.System.GetTimestamp();
            foreach (var row in await run(ct))
            {
                table.Add(row);
            }

            await Console.Error.WriteLineAsync($"{string.Join(' ', of)}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        }

        return table;
    }
}
