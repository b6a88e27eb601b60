using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Bench.Load;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>A Gaia with a gateway, Auth and Chat, and somebody with an API key who uses it.</summary>
internal sealed class ChatScenario : IAsyncDisposable
{
    private readonly GaiaGraph graph;
    private readonly GaiaService gateway;
    private readonly HttpClient client;

    private ChatScenario(GaiaGraph graph, GaiaService gateway)
    {
        (this.graph, this.gateway) = (graph, gateway);
        client = new() { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Add("X-API-Key", Key);
    }

    /// <summary>The development API key, which has the scope of an administrator.</summary>
    public static string Key { get; } = ApiKeyText.Create("bench");

    public Uri Gateway => gateway.Address;

    /// <summary>Starts it with one model, that of a server.</summary>
    public static Task<ChatScenario> StartAsync(ModelServer models, CancellationToken ct) => StartAsync(
        new Dictionary<string, string>
        {
            ["Models:Providers:0:Name"] = "openai",
            ["Models:Providers:0:Url"] = models.Address.ToString(),
            ["Models:Providers:0:Models:0"] = ModelServer.Model,
        },
        ct);

    /// <summary>Starts it; whatever answers in the measure runs on the cores of what is measured.</summary>
    /// <param name="settings">Of Chat, over the usual ones.</param>
    public static async Task<ChatScenario> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct) =>
        await StartAsync(await GaiaGraph.StartAsync(ct), settings, ct);

    public static async Task<ChatScenario> StartAsync(GaiaGraph graph, IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        var open = new Dictionary<string, string>
        {
            ["GAIA_DEV_API_KEY"] = Key,
            ["RATE_LIMIT_AUTHENTICATED"] = "10000000",
            ["RateLimits:Policies:chat:Limit"] = "10000000",
        };
        await graph.StartAsync(Resources.Auth, null, open, ct);
        await graph.StartAsync(Resources.Chat, Cores.Measured, new Dictionary<string, string>(settings) { ["Models:FindsOllama"] = "false" }, ct);

        // Not there: nothing of it is asked for.
        graph.SetAddress(Resources.Asset, new("http://127.0.0.1:9"));
        return new(graph, await graph.StartAsync(Resources.Gateway, Cores.Measured, open, ct));
    }

    public Target Target(string path) => new(new Uri(gateway.Address, path), ("X-API-Key", Key));

    /// <returns>The path of a persona that was made.</returns>
    public async Task<string> CreatePersonaAsync(CancellationToken ct)
    {
        var draft = new { name = $"Bench {Guid.CreateVersion7()}", description = "Whom the bench reads", system_prompt = new string('x', 600) };
        using var answer = await client.PostAsJsonAsync("/api/v1/chat/personas", draft, ct);
        var persona = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct);
        return $"/api/v1/chat/personas/{persona.GetProperty("persona").GetProperty("id").GetString()}";
    }

    public Task<byte[]> GetAsync(string path, CancellationToken ct) => client.GetByteArrayAsync(path, ct);

    public async Task<string> TagOfAsync(string path, CancellationToken ct)
    {
        using var answer = await client.GetAsync(path, ct);
        return answer.EnsureSuccessStatusCode().Headers.ETag!.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await graph.DisposeAsync();
    }
}
