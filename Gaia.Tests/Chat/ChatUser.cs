using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>Somebody who uses the chat service.</summary>
public sealed class ChatUser(ChatNodes nodes, Guid id, Guid key, string identity) : IDisposable
{
    private readonly List<HttpClient> clients = [];

    public Guid Id => id;

    /// <summary>The API key that they show.</summary>
    public Guid KeyId => key;

    /// <summary>A client of one replica; the first one unless told.</summary>
    public HttpClient At(GaiaService? node = null)
    {
        var client = new HttpClient { BaseAddress = (node ?? nodes.First).Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Add(InternalIdentity.Header, identity);
        clients.Add(client);
        return client;
    }

    public async Task<JsonElement> GetAsync(string path, GaiaService? node = null)
    {
        using var answer = await At(node).GetAsync(path, TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> PostAsync(string path, JsonNode body, GaiaService? node = null)
    {
        using var answer = await TryAsync(path, body, node);
        return await ReadAsync(answer);
    }

    /// <summary>Posts, and leaves it to the test to look at the answer.</summary>
    public Task<HttpResponseMessage> TryAsync(string path, JsonNode body, GaiaService? node = null) =>
        At(node).PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    public void Dispose() => clients.ForEach(c => c.Dispose());

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
