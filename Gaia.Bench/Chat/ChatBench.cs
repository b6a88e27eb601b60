using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>Measures personas and chat against their goals, beside the model server itself, nginx, a bare YARP and Portkey in the same run.</summary>
internal static class ChatBench
{
    /// <summary>How often each figure is measured; the tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    private static readonly (string Goal, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        ("P6", CachedPersonas.RunAsync),
        ("P19", AddedLatency.RunAsync),
        ("P20", FirstTokens.RunAsync),
        ("P27", SlowDatabase.RunAsync),
    ];

    /// <param name="goals">Which to measure, such as "P6"; none means all.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(IReadOnlyCollection<string> goals, CancellationToken ct)
    {
        if (Portkey.InstallHint is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
        }

        var table = new Table(Machine.Now(), "Gaia", "Portkey", "Bare YARP", "nginx", "Model server");
        foreach (var (goal, run) in Measures.Where(measure => goals.Count == 0 || goals.Contains(measure.Goal, StringComparer.OrdinalIgnoreCase)))
        {
            var started = TimeProvider.System.GetTimestamp();
            foreach (var row in await run(ct))
            {
                table.Add(row);
            }

            await Console.Error.WriteLineAsync($"{goal}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        }

        return table;
    }
}
