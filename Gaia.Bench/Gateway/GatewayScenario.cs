using System.Text;
using Gaia.Bench.Load;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>Auth and gateways in front of a minimal backend: an nginx that serves a small JSON file in place of the other services.</summary>
internal sealed class GatewayScenario : IAsyncDisposable
{
    public const string Path = "/api/v1/usage";

    /// <summary>Limits that no benchmark reaches.</summary>
    public static readonly IReadOnlyDictionary<string, string> Unlimited = new Dictionary<string, string>
    {
        ["RATE_LIMIT_ANONYMOUS"] = "100000000",
        ["RATE_LIMIT_AUTHENTICATED"] = "100000000",
        ["RateLimits:Policies:register:Limit"] = "100000",
        ["RateLimits:Policies:login:Limit"] = "100000",
        ["RateLimits:Policies:unknown-credential:Limit"] = "100000",
    };

    private GatewayScenario(GaiaGraph graph, Nginx backend) => (Graph, Backend) = (graph, backend);

    public GaiaGraph Graph { get; }

    public Nginx Backend { get; }

    /// <summary>The development API key, which has the scope of an administrator.</summary>
    public string Key { get; } = ApiKeyText.Create("bench");

    /// <summary>Starts Auth and the backend, without a gateway.</summary>
    /// <param name="databasePort">The port Auth connects to instead of Postgres' own: that of a proxy.</param>
    public static async Task<GatewayScenario> StartAsync(Func<GaiaGraph, int>? databasePort, CancellationToken ct)
    {
        var graph = await GaiaGraph.StartAsync(ct);
        var answer = Encoding.UTF8.GetBytes($$"""{"days":[],"filler":"{{new string('x', 960)}}"}""");
        var scenario = new GatewayScenario(graph, await Nginx.StartAsync(Cores.Load, new Dictionary<string, byte[]> { [Path] = answer }, ct));
        graph.SetAddress(Resources.Chat, scenario.Backend.Address);
        graph.SetAddress(Resources.Asset, scenario.Backend.Address);
        var database = graph.Postgres.ConnectionStringTo(Resources.AuthDb, databasePort?.Invoke(graph));
        await graph.StartAsync(Resources.Auth, null, scenario.With(new() { [$"ConnectionStrings:{Resources.AuthDb}"] = database }), ct);
        return scenario;
    }

    /// <param name="settings">Override the defaults.</param>
    public Task<GaiaService> AddGatewayAsync(Cores cores, IReadOnlyDictionary<string, string>? settings, CancellationToken ct) =>
        Graph.StartAsync(Resources.Gateway, cores, With(new(settings ?? new Dictionary<string, string>())), ct);

    /// <summary>Gets the settings of a gateway.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(IReadOnlyDictionary<string, string>? settings) =>
        Graph.SettingsOf(With(new(settings ?? new Dictionary<string, string>())));

    public Target Through(Uri address) => new(new Uri(address, Path), ("X-API-Key", Key));

    public async ValueTask DisposeAsync()
    {
        await Graph.DisposeAsync();
        await Backend.DisposeAsync();
    }

    private Dictionary<string, string> With(Dictionary<string, string> settings)
    {
        settings["GAIA_DEV_API_KEY"] = Key;
        return settings;
    }
}
