using Gaia.Bench.Reporting;

namespace Gaia.Bench.Cache;

/// <summary>Measures the cache layer against its goals, with the peers side by side in the same run.</summary>
internal static class CacheBench
{
    /// <summary>How often each figure is measured; the tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    private static readonly (string Goal, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        ("P1", CommandCost.RunAsync),
        ("memory", RedisMemory.RunAsync),
        ("P8", HitCost.RunAsync),
        ("P9", FrozenRedis.RunAsync),
        ("P10", UntrustedHotKey.RunAsync),
        ("P11", KilledRedis.RunAsync),
        ("P13", ColdMisses.RunAsync),
        ("P14", Visibility.RunAsync),
        ("P16", CutOffNode.RunAsync),
    ];

    /// <param name="goals">Which to measure, such as "P8"; none means all.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(IReadOnlyCollection<string> goals, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), [.. Make.All.Select(make => make.Name)]);
        foreach (var (goal, run) in Measures.Where(measure => goals.Count == 0 || goals.Contains(measure.Goal, StringComparer.OrdinalIgnoreCase)))
        {
            var started = TimeProvider.System.GetTimestamp();
            foreach (var row in await run(ct))
            {
                table.Add(row);
            }

            // To the error stream, so that the table can be taken as printed.
            await Console.Error.WriteLineAsync($"{goal}: {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        }

        return table;
    }
}
