using System.Globalization;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Idle;

/// <summary>What Redis is asked while nobody uses Gaia.</summary>
internal static class IdleBench
{
    /// <param name="minutes">How long to measure.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(int minutes, CancellationToken ct)
    {
        await using var scenario = await IdleScenario.StartAsync(null, ct);
        var idle = await scenario.StandIdleAsync(minutes, ct);
        var table = new Table(Machine.Now(), "Gaia");
        table.Note(string.Create(
            CultureInfo.InvariantCulture, $"{minutes} minutes with a health check every {IdleScenario.HealthInterval.TotalSeconds:0} s; as INFO commandstats counts, INFO itself not"));
        foreach (var row in Rows(idle))
        {
            table.Add(row);
        }

        return table;
    }

    public static IEnumerable<Row> Rows(IdleCommands idle)
    {
        var perNode = idle.PerMinute.Sum(command => command.Count) / idle.Nodes;
        return idle.PerMinute.Select(command => new Row($"of that {command.Command}, all {idle.Nodes} nodes", null, new Cell(Cell.Number(command.Count))))
            .Prepend(new("Redis commands a minute and node when idle", Goal.NoMoreThan("idle", 2), new Cell(Cell.Number(perNode), perNode)));
    }
}
