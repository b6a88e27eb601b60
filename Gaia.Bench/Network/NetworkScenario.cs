using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Bench.Gateway;
using Gaia.Bench.Servers;
using Npgsql;
using StackExchange.Redis;

namespace Gaia.Bench.Network;

/// <summary>Two gateways, Auth and Chat whose bytes to and from Redis and Postgres are late, and a user with a persona.</summary>
internal sealed class NetworkScenario : IAsyncDisposable
{
    private const string Personas = "/api/v1/chat/personas";

    /// <summary>Each way; the table says what came of it.</summary>
    private static readonly TimeSpan ToRedis = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ToPostgres = TimeSpan.FromMilliseconds(2.4);

    private readonly GaiaGraph graph;
    private readonly FaultProxy redis;
    private readonly FaultProxy postgres;
    private readonly List<IAsyncDisposable> owned;
    private Account account = null!;
    private string persona = "";
    private int changes;

    private NetworkScenario(GaiaGraph graph)
    {
        this.graph = graph;
        (redis, postgres) = (FaultProxy.Start(graph.Redis.Port), FaultProxy.Start(graph.Postgres.Port));
        owned = [redis, postgres];
    }

    /// <summary>What changes is changed through this one.</summary>
    public HttpClient One { get; private set; } = null!;

    public HttpClient Two { get; private set; } = null!;

    private ConnectionMultiplexer Redis { get; set; } = null!;

    private NpgsqlConnection Postgres { get; set; } = null!;

    public static async Task<NetworkScenario> StartAsync(CancellationToken ct)
    {
        var scenario = new NetworkScenario(await GaiaGraph.StartAsync(ct));
        await scenario.InitializeAsync(ct);
        return scenario;
    }

    public Task AskRedisAsync() => Redis.GetDatabase().StringGetAsync("nothing");

    public async Task AskPostgresAsync()
    {
        await using var command = new NpgsqlCommand("SELECT 1", Postgres);
        await command.ExecuteScalarAsync();
    }

    /// <returns>The text of a key that no cache knows.</returns>
    public async Task<string> CreateKeyAsync(CancellationToken ct) => (await account.CreateKeyAsync(ct)).Text;

    public async Task ChangePersonaAsync(CancellationToken ct)
    {
        using var answer = await One.PutAsJsonAsync($"{Personas}/{persona}", new { description = $"{++changes}" }, ct);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task ListAsync(HttpClient gateway, string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Personas) { Headers = { { "X-API-Key", key } } };
        using var answer = await gateway.SendAsync(request, ct);
        await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        account.Dispose();
        One.Dispose();
        Two.Dispose();
        await graph.DisposeAsync();
        foreach (var one in owned)
        {
            await one.DisposeAsync();
        }
    }

    private async Task InitializeAsync(CancellationToken ct)
    {
        var administrator = ApiKeyText.Create("bench");
        var settings = new Dictionary<string, string>(GatewayScenario.Unlimited)
        {
            ["GAIA_DEV_API_KEY"] = administrator,
            ["Models:FindsOllama"] = "false",
            [$"ConnectionStrings:{Resources.Redis}"] = graph.Redis.ConnectionStringAt(redis.Port),
            [$"ConnectionStrings:{Resources.AuthDb}"] = graph.Postgres.ConnectionStringTo(Resources.AuthDb, postgres.Port),
            [$"ConnectionStrings:{Resources.ChatDb}"] = graph.Postgres.ConnectionStringTo(Resources.ChatDb, postgres.Port),
        };
        await graph.StartAsync(Resources.Auth, Cores.Load, settings, ct);
        await graph.StartAsync(Resources.Chat, Cores.Load, settings, ct);

        // Not there: nothing of it is asked for.
        graph.SetAddress(Resources.Asset, new($"http://127.0.0.1:{FreePort.Next()}"));
        var gateway = await graph.StartAsync(Resources.Gateway, Cores.Measured, settings, ct);
        One = new() { BaseAddress = gateway.Address, DefaultRequestHeaders = { { "X-API-Key", administrator } } };
        Two = new() { BaseAddress = (await graph.StartAsync(Resources.Gateway, Cores.Measured, settings, ct)).Address };
        account = await Account.RegisterAsync(gateway.Address, ct);
        using var answer = await One.PostAsJsonAsync(Personas, new { name = $"Bench {Guid.CreateVersion7()}", description = "0", system_prompt = "Be brief." }, ct);
        persona = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("persona").GetProperty("id").GetString()!;

        redis.Delay(ToRedis);
        postgres.Delay(ToPostgres);
        Redis = await ConnectionMultiplexer.ConnectAsync(graph.Redis.ConnectionStringAt(redis.Port));
        Postgres = new(graph.Postgres.ConnectionStringTo(Resources.ChatDb, postgres.Port));
        await Postgres.OpenAsync(ct);
        owned.InsertRange(0, [Redis, Postgres]);
        await ChangePersonaAsync(ct);
    }
}
