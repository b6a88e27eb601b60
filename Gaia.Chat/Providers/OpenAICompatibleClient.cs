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
    private const string Path = "chat/completions";

    private readonly ProviderOptions provider = connection.Provider;

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var response = await connection.PostAsync(Path, Body(messages, options, stream: false), cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var completion = await JsonSerializer.DeserializeAsync(body, CompletionJson.Readable.JsonElement, cancellationToken);
        return ProviderResponse.Read(completion, provider);
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var chunk in connection.StreamAsync(Path, Body(messages, options, stream: true), cancellationToken))
        {
            yield return ProviderResponse.ReadChunk(chunk, provider);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private ByteArrayContent Body(IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream) =>
        new(JsonSerializer.SerializeToUtf8Bytes(ProviderRequest.Create(provider, model, messages, options, stream), CompletionJson.Sent.CompletionRequest))
        {
            Headers = { ContentType = new("application/json") },
        };
}
