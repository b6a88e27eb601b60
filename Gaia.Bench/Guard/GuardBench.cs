using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gaia.Bench.Cache;
using Gaia.Bench.Gateway;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Guard;

/// <summary>
/// Compares figures that carry over from one machine to another, ratios, counts and bytes, with those in <c>baseline.json</c>, and tells which have become worse
/// by more than they varied when that file was written.
/// </summary>
internal static class GuardBench
{
    /// <summary>How often everything is measured for the file.</summary>
    private const int Runs = 3;

    /// <summary>The least that a figure is allowed to become worse, as a share of it.</summary>
    private const double LeastTolerance = 0.05;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly (string Name, bool NeedsNginx, Func<CancellationToken, Task<IEnumerable<Row>>> RunAsync)[] Measures =
    [
        ("hits", false, HitCost.RunAsync),
        ("commands", false, CommandCost.RunAsync),
        ("admission", true, AdmissionCost.RunAsync),
    ];

    /// <summary>Measures and compares.</summary>
    /// <returns>The table, and whether nothing has become worse.</returns>
    public static async Task<(Table Table, bool IsGood)> RunAsync(CancellationToken ct)
    {
        var baseline = JsonSerializer.Deserialize<Dictionary<string, Known>>(await File.ReadAllTextAsync(BaselinePath, ct), Json)!;
        var table = new Table(Machine.Now(), "now", "baseline");
        var isGood = true;
        foreach (var (key, row, value) in await MeasureAsync(ct))
        {
            if (!baseline.TryGetValue(key, out var known))
            {
                table.Add(new($"{row.Measure}: not in the baseline", null, row.Cells[0]));
                continue;
            }

            var allowed = known.Allowed(row.Goal!.AtMost);
            isGood &= row.Goal.AtMost ? value <= allowed : value >= allowed;
            var limit = row.Goal.AtMost ? Goal.NoMoreThan(key, allowed) : Goal.NoLessThan(key, allowed);
            table.Add(new(row.Measure, limit, row.Cells[0], new(Cell.Number(known.Value))));
        }

        return (table, isGood);
    }

    /// <summary>Measures several times, and writes what came and how much it varied.</summary>
    public static async Task WriteAsync(CancellationToken ct)
    {
        List<Dictionary<string, double>> runs = [];
        for (var run = 0; run < Runs; run++)
        {
            runs.Add((await MeasureAsync(ct)).ToDictionary(measured => measured.Key, measured => measured.Value));
        }

        var known = runs[0].Keys.ToDictionary(key => key, key => Known.Of([.. runs.Select(run => run[key])]));
        await File.WriteAllTextAsync(BaselinePath, JsonSerializer.Serialize(known, Json) + "\n", ct);
    }

    /// <summary>The file among the sources, so that a change of it is seen in review.</summary>
    private static string BaselinePath
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(output.Parent!.Parent!.Parent!.FullName, "Guard", "baseline.json");
        }
    }

    /// <returns>The rows that have a goal, by the goal and their place among those of it.</returns>
    private static async Task<List<(string Key, Row Row, double Value)>> MeasureAsync(CancellationToken ct)
    {
        List<(string, Row, double)> measured = [];
        var hint = Programs.InstallHint(("nginx", "nginx"));
        foreach (var (name, needsNginx, run) in Measures)
        {
            if (needsNginx && hint is not null)
            {
                await Console.Error.WriteLineAsync($"{name} is not measured. {hint}");
                continue;
            }

            var started = Stopwatch.GetTimestamp();
            var rows = (await run(ct)).Where(row => row is { Goal: not null, Cells: [{ Value: not null }, ..] }).ToList();
            measured.AddRange(rows.GroupBy(row => row.Goal!.Id).SelectMany(goal => goal.Select((row, i) => ($"{goal.Key}.{i + 1}", row, row.Cells[0].Value!.Value))));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
        }

        return measured;
    }

    /// <param name="Value">The median of the runs.</param>
    /// <param name="Spread">From the lowest to the highest.</param>
    private sealed record Known(double Value, double Spread)
    {
        public static Known Of(IReadOnlyList<double> runs) => new(Statistics.Of(runs).Median, runs.Max() - runs.Min());

        public double Allowed(bool atMost)
        {
            var tolerance = Math.Max(Spread, LeastTolerance * Value);
            return atMost ? Value + tolerance : Value - tolerance;
        }
    }
}
