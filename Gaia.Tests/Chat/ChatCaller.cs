using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Chat;

/// <summary>A client of the gateways, at an address of its own.</summary>
public sealed class ChatCaller(ChatGatewayFixture fixture, string? token) : IDisposable
{
    private readonly string address = ClientAddresses.Next();
    private readonly List<HttpClient> clients = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The access token, which OpenAI's libraries are given as their key.</summary>
    public string Token => token ?? "";

    /// <summary>A client of one gateway; the first one unless told.</summary>
    public HttpClient At(GatewayServer? gateway = null)
    {
        var client = new HttpClient { BaseAddress = (gateway ?? fixture.One).Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        clients.Add(client);
        return client;
    }

    public async Task<JsonElement> GetAsync(string path, GatewayServer? gateway = null)
    {
        using var answer = await TryAsync(HttpMethod.Get, path, gateway: gateway);
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body = null, GatewayServer? gateway = null)
    {
        using var answer = await TryAsync(method, path, body, gateway);
        return await ReadAsync(answer);
    }

    /// <summary>Leaves it to the test to look at the answer.</summary>
    public async Task<HttpResponseMessage> TryAsync(HttpMethod method, string path, JsonNode? body = null, GatewayServer? gateway = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifNoneMatch is not null)
        {
            request.Headers.Add("If-None-Match", ifNoneMatch);
        }

        return await At(gateway).SendAsync(request, Ct);
    }

    public void Dispose() => clients.ForEach(client => client.Dispose());

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
