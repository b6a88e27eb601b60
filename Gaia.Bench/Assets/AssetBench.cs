using Gaia.Bench.Reporting;

namespace Gaia.Bench.Assets;

/// <summary>Measures stored files, image variants, and the start time and idle memory of every service.</summary>
internal static class AssetBench
{
    /// <summary>How many times each figure is measured; tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    private static readonly (string Goal, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        ("P23", RangeRequests.RunAsync),
        ("P24", SimultaneousVariants.RunAsync),
        ("P26", IdleServices.RunAsync),
    ];

    /// <param name="goals">Which to measure, such as "P23"; empty for all.</param>
    /// <param name="ct">Cancels the run.</param>
    public static async Task<Table> RunAsync(IReadOnlyCollection<string> goals, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia", "nginx");
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
