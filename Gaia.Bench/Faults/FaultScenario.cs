using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Bench.Gateway;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Faults;

/// <summary>Two gateways before Auth and two replicas of Chat, and personas of one user that are changed and read.</summary>
internal sealed class FaultScenario : IAsyncDisposable
{
    public const int Writers = 8;

    private readonly GaiaGraph graph;

    private FaultScenario(GaiaGraph graph, HttpClient one, HttpClient two) => (this.graph, One, Two) = (graph, one, two);

    /// <summary>Through which everything is written.</summary>
    public HttpClient One { get; }

    public HttpClient Two { get; }

    public List<WrittenPersona> Personas { get; } = [];

    private string Maker { get; set; } = "";

    public static async Task<FaultScenario> StartAsync(CancellationToken ct)
    {
        var graph = await GaiaGraph.StartAsync(ct);
        var key = ApiKeyText.Create("bench");
        var settings = new Dictionary<string, string>(GatewayScenario.Unlimited)
        {
            ["GAIA_DEV_API_KEY"] = key,

            // What was acknowledged is not forgotten by a Postgres that is killed.
            [$"ConnectionStrings:{Resources.ChatDb}"] = $"{graph.Postgres.ConnectionStringTo(Resources.ChatDb)};Options=-c synchronous_commit=on",
            ["Models:FindsOllama"] = "false",
            ["RateLimits:Policies:chat:Limit"] = "10000000",
        };
        await graph.StartAsync(Resources.Auth, Cores.All, settings, ct);
        graph.SetAddress(Resources.Asset, new($"http://127.0.0.1:{FreePort.Next()}"));
        var first = await graph.StartAsync(Resources.Chat, Cores.All, settings, ct);
        await graph.StartAsync(Resources.Chat, Cores.All, settings, ct);
        settings[$"services:{Resources.Chat}:http:1"] = first.Address.ToString();
        var scenario = new FaultScenario(graph, await StartGatewayAsync(), await StartGatewayAsync());
        for (var i = 0; i < Writers; i++)
        {
            using var made = await scenario.One.PostAsJsonAsync(WrittenPersona.Path, new { name = $"Writer {i}", description = "0", system_prompt = "Be brief." }, ct);
            var persona = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("persona");
            scenario.Personas.Add(new(persona.GetProperty("id").GetString()!));
            scenario.Maker = persona.GetProperty("created_by").GetString()!;
        }

        return scenario;

        async Task<HttpClient> StartGatewayAsync()
        {
            var gateway = await graph.StartAsync(Resources.Gateway, Cores.All, settings, ct);
            return new() { BaseAddress = gateway.Address, Timeout = WrittenPersona.Timeout, DefaultRequestHeaders = { { "X-API-Key", key } } };
        }
    }

    public IReadOnlyList<LocalServer> Named(string names) =>
        [.. names.Split('+').Select(name => name switch { "postgres" => (LocalServer)graph.Postgres, "redis" => graph.Redis, _ => graph.Nats })];

    /// <summary>Changes all, and sees whether both gateways tell that everywhere.</summary>
    public async Task<bool> IsSettledAsync()
    {
        var changed = await Task.WhenAll(Personas.Select(persona => persona.ChangeAsync(One, CancellationToken.None)));
        if (changed.Contains(false))
        {
            return false;
        }

        var told = new[] { await ReadAsync(One, CancellationToken.None), await ReadAsync(Two, CancellationToken.None) };
        return Personas.TrueForAll(persona => told.All(numbers => numbers[persona.Id].Count() == 2 && numbers[persona.Id].All(number => number == persona.Number)));
    }

    /// <summary>The numbers that the personas themselves and the list of them tell; none where there was no answer.</summary>
    public async Task<ILookup<string, int>> ReadAsync(HttpClient gateway, CancellationToken ct)
    {
        var singles = Personas.Select(persona => WrittenPersona.TryReadAsync(gateway, $"{WrittenPersona.Path}/{persona.Id}", ct));
        var answers = await Task.WhenAll(singles.Append(WrittenPersona.TryReadAsync(gateway, $"{WrittenPersona.Path}?created_by={Maker}", ct)));
        return answers.OfType<JsonElement>()
            .SelectMany(answer => answer.TryGetProperty("persona", out var one) ? [one] : answer.GetProperty("personas").EnumerateArray().ToArray())
            .ToLookup(persona => persona.GetProperty("id").GetString()!, persona => int.Parse(persona.GetProperty("description").GetString()!, null));
    }

    public async ValueTask DisposeAsync()
    {
        One.Dispose();
        Two.Dispose();
        await graph.DisposeAsync();
    }
}
