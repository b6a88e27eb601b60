using System.Net;
using System.Text.Json;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Caching;

/// <summary>Two gateways before Auth and two replicas of Chat, on servers of their own.</summary>
public sealed class OwnWriteServers : IAsyncLifetime
{
    public GatewayFixture Servers { get; } = new();

    public GatewayServer One { get; private set; } = null!;

    public GatewayServer Two { get; private set; } = null!;

    private List<GaiaService> Chats { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await Servers.InitializeAsync();
        var settings = new Dictionary<string, string>
        {
            // What was acknowledged is not forgotten by a Postgres that is killed.
            ["ConnectionStrings__chatdb"] = $"{Servers.Postgres.ConnectionStringTo("chatdb")};Options=-c synchronous_commit=on",
            ["ConnectionStrings__redis"] = Servers.Redis.ConnectionString,
            ["ConnectionStrings__nats"] = Servers.Nats.Url,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["Models__FindsOllama"] = "false",
        };
        for (var i = 0; i < 2; i++)
        {
            Chats.Add(await GaiaService.StartAsync(Resources.Chat, settings));
        }

        var chats = Chats.Select((chat, i) => (Name: $"services:chat:http:{i}", Url: chat.Address.ToString())).ToDictionary(chat => chat.Name, chat => chat.Url);
        One = await Servers.StartAsync(chats);
        Two = await Servers.StartAsync(chats);
    }

    public async ValueTask DisposeAsync()
    {
        // A start that failed has made only some of these.
        await (Two?.DisposeAsync() ?? default);
        await (One?.DisposeAsync() ?? default);
        foreach (var chat in Chats)
        {
            await chat.DisposeAsync();
        }

        await Servers.DisposeAsync();
    }

    internal IReadOnlyList<LocalServer> Named(string names) =>
        [.. names.Split('+').Select(name => name switch { "postgres" => (LocalServer)Servers.Postgres, "redis" => Servers.Redis, _ => Servers.Nats })];
}

/// <summary>A persona and its maker. A change takes a number, and both ways to read the persona tell the last one.</summary>
internal sealed class OwnPersona(string token, Guid maker, string id)
{
    public const string Path = "/api/v1/chat/personas";

    /// <summary>A read that takes longer answers nothing at all, and nothing old either.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public string Token => token;

    public string Id => id;

    public static async Task<OwnPersona> MakeAsync(GatewayServer gateway)
    {
        var api = new GatewayApi(gateway);
        var user = await api.SignUpAsync();
        var me = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, GatewayApi.Me, token: user.AccessToken);
        return new(user.AccessToken, me.GetProperty("user").GetProperty("id").GetGuid(), await AddAsync(gateway, user.AccessToken));
    }

    public static async Task<string> AddAsync(GatewayServer gateway, string token) => (await new GatewayApi(gateway).ExpectAsync(
        HttpStatusCode.Created, HttpMethod.Post, Path, new { name = $"P{Guid.NewGuid():n}", description = "0", system_prompt = "Be brief." }, token))
        .GetProperty("persona").GetProperty("id").GetString()!;

    /// <returns>Whether the change was acknowledged.</returns>
    public async Task<bool> ChangeAsync(GatewayServer gateway, int number)
    {
        using var answer = await TryAsync(gateway, HttpMethod.Put, $"{Path}/{id}", new { description = $"{number}" });
        Assert.False(answer?.Headers.Contains("X-Gaia-Cache-Changes") is true);
        return answer is { IsSuccessStatusCode: true };
    }

    /// <returns>The numbers that are told by those ways to read that answer.</returns>
    public async Task<IReadOnlyList<int>> ReadAsync(GatewayServer gateway)
    {
        var single = ReadAsync(gateway, $"{Path}/{id}");
        var list = ReadAsync(gateway, $"{Path}?created_by={maker}");
        return [.. (await Task.WhenAll(single, list)).OfType<JsonElement>().Select(Number)];
    }

    private int Number(JsonElement answer)
    {
        var persona = answer.TryGetProperty("persona", out var one)
            ? one
            : answer.GetProperty("personas").EnumerateArray().Single(persona => persona.GetProperty("id").GetString() == id);
        return int.Parse(persona.GetProperty("description").GetString()!, null);
    }

    private async Task<JsonElement?> ReadAsync(GatewayServer gateway, string path)
    {
        using var answer = await TryAsync(gateway, HttpMethod.Get, path);
        return answer is { IsSuccessStatusCode: true } ? JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)) : null;
    }

    private async Task<HttpResponseMessage?> TryAsync(GatewayServer gateway, HttpMethod method, string path, object? body = null)
    {
        try
        {
            return await new GatewayApi(gateway).SendAsync(method, path, body, token).WaitAsync(Timeout, TestContext.Current.CancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutException)
        {
            return null;
        }
    }
}
