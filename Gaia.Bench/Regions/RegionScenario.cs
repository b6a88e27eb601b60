using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Bench.Gateway;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Regions;

/// <summary>Home with Postgres, Auth, Chat and a gateway, and a gateway of another region with Redis and NATS, which reaches home over links that are slow or cut.</summary>
internal sealed class RegionScenario : IAsyncDisposable
{
    public const string Personas = "/api/v1/chat/personas";

    /// <summary>How old an answer away from home may be.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    private const string HomeName = "home";
    private const string AwayName = "away";

    private readonly GaiaGraph graph;
    private readonly List<FaultProxy> links = [];
    private readonly StartedServers started = new();

    private RegionScenario(GaiaGraph graph) => this.graph = graph;

    /// <summary>Home's gateway, as an administrator.</summary>
    public HttpClient Home { get; private set; } = null!;

    /// <summary>The other region's gateway, as nobody.</summary>
    public HttpClient Away { get; private set; } = null!;

    /// <summary>Of home.</summary>
    public Account Account { get; private set; } = null!;

    public string Persona { get; private set; } = "";

    /// <summary>Over all links, in both directions.</summary>
    public long Bytes => links.Sum(link => link.BytesToTarget + link.BytesToClients);

    public static async Task<RegionScenario> StartAsync(CancellationToken ct)
    {
        var leaves = FreePort.Next();
        var toNats = FaultProxy.Start(leaves);
        var graph = await GaiaGraph.StartAsync(ct, NatsServer.WithLeaves($"127.0.0.1:{leaves}", $"127.0.0.1:{toNats.Port}"), HomeName);
        var scenario = new RegionScenario(graph);
        scenario.links.Add(toNats);
        await scenario.InitializeAsync(ct);
        return scenario;
    }

    /// <summary>How long a byte takes to home and back.</summary>
    public void Slow(TimeSpan roundTrip) => links.ForEach(link => link.Delay(roundTrip / 2));

    public void Cut() => links.ForEach(link => link.Cut());

    /// <returns>When the answer of home was there.</returns>
    public async Task<long> ChangeAsync(int number, CancellationToken ct)
    {
        using var answer = await Home.PutAsJsonAsync($"{Personas}/{Persona}", new { description = number.ToString(CultureInfo.InvariantCulture) }, ct);
        answer.EnsureSuccessStatusCode();
        return TimeProvider.System.GetTimestamp();
    }

    /// <returns>The number of the change; null when the region does not know.</returns>
    public async Task<int?> ReadAwayAsync(CancellationToken ct)
    {
        using var answer = await Away.GetAsync($"{Personas}/{Persona}", ct);
        return answer.StatusCode == HttpStatusCode.OK
            ? int.Parse((await answer.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("persona").GetProperty("description").GetString()!, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>What the other region answers to somebody who shows a key.</summary>
    public async Task<HttpStatusCode> StatusAwayAsync(string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Personas}/{Persona}") { Headers = { { "X-API-Key", key } } };
        using var answer = await Away.SendAsync(request, ct);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Account.Dispose();
        Home.Dispose();
        Away.Dispose();
        await started.DisposeAsync();

        await graph.DisposeAsync();
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }
    }

    private async Task InitializeAsync(CancellationToken ct)
    {
        var administrator = ApiKeyText.Create("bench");
        var settings = new Dictionary<string, string>(GatewayScenario.Unlimited)
        {
            ["GAIA_DEV_API_KEY"] = administrator,
            ["Models:FindsOllama"] = "false",
            ["HOME_REGION"] = HomeName,
            ["GAIA_REGION"] = HomeName,
        };
        var auth = await graph.StartAsync(Resources.Auth, Cores.Load, settings, ct);
        var chat = await graph.StartAsync(Resources.Chat, Cores.Load, settings, ct);
        graph.SetAddress(Resources.Asset, new($"http://127.0.0.1:{FreePort.Next()}"));
        var home = await graph.StartAsync(Resources.Gateway, Cores.Measured, settings, ct);

        var nats = started.Keep(await NatsServer.StartAsync(NatsServer.LeafOf($"127.0.0.1:{links[0].Port}"), AwayName, ct));
        var redis = started.Keep(await RedisServer.StartAsync(ct: ct));
        var away = started.Keep(await GaiaService.StartAsync(
            Resources.Gateway,
            graph.SettingsOf(new Dictionary<string, string>(settings)
            {
                ["GAIA_REGION"] = AwayName,
                ["REGION_STALENESS"] = Bound.TotalSeconds.ToString(CultureInfo.InvariantCulture),
                [$"ConnectionStrings:{Resources.Redis}"] = redis.ConnectionString,
                [$"ConnectionStrings:{Resources.Nats}"] = nats.Url,
                [$"services:{Resources.Auth}:http:0"] = $"http://127.0.0.1:{Link(auth.Port)}",
                [$"services:{Resources.Chat}:http:0"] = $"http://127.0.0.1:{Link(chat.Port)}",
            }),
            Cores.Measured.CommandLineOf(),
            ct));

        Home = new() { BaseAddress = home.Address, DefaultRequestHeaders = { { "X-API-Key", administrator } } };
        Away = new() { BaseAddress = away.Address };
        Account = await Account.RegisterAsync(home.Address, ct);
        using var answer = await Home.PostAsJsonAsync(Personas, new { name = $"Bench {Guid.CreateVersion7()}", description = "0", system_prompt = "Be brief." }, ct);
        Persona = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("persona").GetProperty("id").GetString()!;
        await Eventually.IsTrueAsync(async () => await ReadAwayAsync(ct) is 0, ct: ct);
    }

    private int Link(int port)
    {
        var link = FaultProxy.Start(port);
        links.Add(link);
        return link.Port;
    }
}
