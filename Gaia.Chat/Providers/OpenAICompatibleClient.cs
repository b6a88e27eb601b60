using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>
/// Calls a server with OpenAI's API. The request is sent with everything its caller put into it, and responses and chunks are kept word for word as
/// raw representations: an abstraction in between would lose what it has no name for.
/// </summary>
internal sealed class OpenAICompatibleClient(OpenAIConnection connection, string model) : IChatClient
{
    private readonly ProviderOptions provider = connection.Provider;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(ProviderRequest.Create(provider, model, messages, options, stream: false), cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var completion = await JsonSerializer.DeserializeAsync(body, CompletionJson.Readable.JsonElement, cancellationToken);
        return ProviderResponse.Read(completion, provider);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(ProviderRequest.Create(provider, model, messages, options, stream: true), cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var chunk in SseParser.Create(body, Parse).EnumerateAsync(cancellationToken))
        {
            if (chunk.Data is not { } json)
            {
                yield break;
            }

            yield return ProviderResponse.ReadChunk(json, provider);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    /// <returns>Null for the end of the stream.</returns>
    private static JsonElement? Parse(string eventType, ReadOnlySpan<byte> data)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return null;
        }

        var reader = new Utf8JsonReader(data);
        return JsonElement.ParseValue(ref reader);
    }

    private Task<HttpResponseMessage> SendAsync(CompletionRequest body, CancellationToken ct)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, CompletionJson.Sent.CompletionRequest));
        content.Headers.ContentType = new("application/json");
        return connection.PostAsync("chat/completions", content, ct);
    }
}
