using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Cost;

/// <summary>What is said of costs, compared with what happened, and what the console costs.</summary>
internal static class CostBench
{
    /// <summary>How many times each figure is measured; tables show the median and the spread.</summary>
    public const int Repetitions = 5;

    /// <param name="minutes">How long Gaia is idle.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(int minutes, CancellationToken ct)
    {
        if (Programs.InstallHint(("chromium", "chromium"), ("nginx", "nginx"), ("wrk", "wrk")) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var table = new Table(Machine.Now(), "Gaia");
        table.Note(Cores.Text);
        Func<Task<IEnumerable<Row>>>[] measures = [() => LedgerAccuracy.RunAsync(minutes, ct), () => ConsolePageCost.RunAsync(ct), () => OpenConsoleCost.RunAsync(ct)];
        foreach (var measure in measures)
        {
            var started = TimeProvider.System.GetTimestamp();
            foreach (var row in await measure())
            {
                table.Add(row);
            }

            await Console.Error.WriteLineAsync($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s");
        }

        return table;
    }
}
