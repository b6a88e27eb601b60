using System.Globalization;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Idle;

/// <summary>What Redis is asked while nobody uses Gaia: four services, and an orchestrator that looks at the gateway's health as often as Fly does.</summary>
internal static class IdleBench
{
    private static readonly string[] Services = [Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway];
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(15);

    /// <param name="minutes">How long to measure.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(int minutes, CancellationToken ct)
    {
        await using var graph = await GaiaGraph.StartAsync(ct);
        var started = new List<GaiaService>();
        foreach (var name in Services)
        {
            started.Add(await graph.StartAsync(name, Cores.All, null, ct));
        }

        await Task.Delay(Settled, ct);
        var before = await graph.Redis.CountByCommandAsync(ct);
        using var orchestrator = new HttpClient { BaseAddress = started[^1].Address };
        using var timer = new PeriodicTimer(HealthInterval);
        for (var checks = minutes * (int)(TimeSpan.FromMinutes(1) / HealthInterval); checks > 0; checks--)
        {
            using var answer = await orchestrator.GetAsync("/health", ct);
            answer.EnsureSuccessStatusCode();
            await timer.WaitForNextTickAsync(ct);
        }

        var table = new Table(Machine.Now(), "Gaia");
        table.Note(string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes with a health check every {HealthInterval.TotalSeconds:0} s; as INFO commandstats counts, INFO itself not"));
        var perMinute = (await graph.Redis.CountByCommandAsync(ct))
            .Select(now => (now.Key, Count: (now.Value - before.GetValueOrDefault(now.Key)) / minutes))
            .Where(command => command.Count > 0 && command.Key != "info")
            .OrderByDescending(command => command.Count).ToList();
        var perNode = perMinute.Sum(command => command.Count) / Services.Length;
        table.Add(new("Redis commands a minute and node when idle", Goal.NoMoreThan("idle", 2), new Cell(Cell.Number(perNode), perNode)));
        foreach (var (command, count) in perMinute)
        {
            table.Add(new($"of that {command}, all {Services.Length} nodes", null, new Cell(Cell.Number(count))));
        }

        return table;
    }
}
