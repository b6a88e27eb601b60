using Gaia.Bench.Servers;

namespace Gaia.Bench.Idle;

/// <summary>Four services, and an orchestrator that looks at the gateway's health as often as Fly does.</summary>
internal sealed class IdleScenario : IAsyncDisposable
{
    public static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(15);

    private static readonly string[] Services = [Resources.Auth, Resources.Chat, Resources.Asset, Resources.Gateway];
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private IdleScenario(GaiaGraph graph, Uri gateway) => (Graph, Gateway) = (graph, gateway);

    public GaiaGraph Graph { get; }

    public Uri Gateway { get; }

    /// <param name="settings">Of all services, over the usual ones.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<IdleScenario> StartAsync(IReadOnlyDictionary<string, string>? settings, CancellationToken ct)
    {
        var graph = await GaiaGraph.StartAsync(ct);
        GaiaService? last = null;
        foreach (var name in Services)
        {
            last = await graph.StartAsync(name, Cores.All, settings, ct);
        }

        await Task.Delay(Settled, ct);
        return new(graph, last!.Address);
    }

    /// <summary>Lets nobody use it.</summary>
    public async Task<IdleCommands> StandIdleAsync(int minutes, CancellationToken ct)
    {
        var before = await Graph.Redis.CountByCommandAsync(ct);
        using var orchestrator = new HttpClient { BaseAddress = Gateway };
        using var timer = new PeriodicTimer(HealthInterval);
        for (var checks = minutes * (int)(TimeSpan.FromMinutes(1) / HealthInterval); checks > 0; checks--)
        {
            using var answer = await orchestrator.GetAsync("/health", ct);
            answer.EnsureSuccessStatusCode();
            await timer.WaitForNextTickAsync(ct);
        }

        var perMinute = (await Graph.Redis.CountByCommandAsync(ct))
            .Select(now => (now.Key, Count: (now.Value - before.GetValueOrDefault(now.Key)) / minutes))
            .Where(command => command.Count > 0 && command.Key != "info")
            .OrderByDescending(command => command.Count);
        return new(Services.Length, [.. perMinute]);
    }

    public ValueTask DisposeAsync() => Graph.DisposeAsync();
}

/// <param name="Nodes">How many services there are.</param>
/// <param name="PerMinute">Of all of them, the most frequent first.</param>
internal sealed record IdleCommands(int Nodes, IReadOnlyList<(string Command, double Count)> PerMinute);
