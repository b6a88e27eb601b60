using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

/// <summary>A server-sent event as a client sees it.</summary>
public sealed record SseEvent(string? Id, string Data)
{
    public JsonElement Json => JsonElement.Parse(Data);
}

/// <summary>Reads server-sent events one by one, while they come.</summary>
public sealed class Sse : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;
    private readonly SseParser<string> parser;

    private Sse(HttpResponseMessage response, Stream body)
    {
        this.response = response;
        parser = SseParser.Create(body);
        items = parser.EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    public HttpResponseMessage Response => response;

    public static async Task<Sse> OpenAsync(HttpClient client, string path, JsonNode body) =>
        await OpenAsync(client, new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    public static async Task<Sse> OpenAsync(HttpClient client, HttpRequestMessage request)
    {
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        return new Sse(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public static async Task<List<SseEvent>> ReadAllAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        await using var events = new Sse(response, text);
        return await events.RestAsync();
    }

    /// <summary>The text that a chunk adds to the answer.</summary>
    public static string ContentOf(JsonElement chunk) =>
        chunk.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0
        && choices[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() ?? "" : "";

    public async Task<SseEvent> NextAsync()
    {
        Assert.True(await items.MoveNextAsync(), "The stream has ended.");
        return new(items.Current.EventId, items.Current.Data);
    }

    /// <summary>The next event that adds text to the answer.</summary>
    public async Task<string> NextContentAsync()
    {
        while (true)
        {
            if (ContentOf((await NextAsync()).Json) is { Length: > 0 } text)
            {
                return text;
            }
        }
    }

    public async Task<List<SseEvent>> RestAsync()
    {
        List<SseEvent> rest = [];
        while (await items.MoveNextAsync())
        {
            rest.Add(new(items.Current.EventId, items.Current.Data));
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await items.DisposeAsync();
        response.Dispose();
    }
}
