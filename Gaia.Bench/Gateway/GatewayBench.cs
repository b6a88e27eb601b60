using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>Measures admission and forwarding against their goals, with a bare YARP and nginx beside them in the same run.</summary>
internal static class GatewayBench
{
    /// <summary>How many times each figure is measured; tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    // All but P18 use nginx as the backend, and wrk to generate load.
    private static readonly (string[] Goals, bool NeedsPrograms, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        (["P1", "P2"], true, WarmRequests.RunAsync),
        (["P4", "P5"], true, ProxyOverhead.RunAsync),
        (["start"], true, TimeToSteady.RunAsync),
        (["P7"], true, AdmissionCost.RunAsync),
        (["P17"], true, RevocationLatency.RunAsync),
        (["P18"], false, DistributedLimits.RunAsync),
        (["P27"], true, CachedAuthentication.RunAsync),
    ];

    /// <param name="goals">Which to measure, such as "P4"; empty for all.</param>
    /// <param name="ct">Cancels the run.</param>
    public static async Task<Table> RunAsync(IReadOnlyCollection<string> goals, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia", "Bare YARP", "nginx");
        table.Note(Cores.Text);
        var hint = Programs.InstallHint(("nginx", "nginx"), ("wrk", "wrk"));
        foreach (var (of, needsPrograms, run) in Measures.Where(measure => goals.Count == 0 || goals.Intersect(measure.Goals, StringComparer.OrdinalIgnoreCase).Any()))
        {
            if (needsPrograms && hint is not null)
            {
                await Console.Error.WriteLineAsync($"{string.Join(' ', of)} cannot be measured. {hint}");
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
