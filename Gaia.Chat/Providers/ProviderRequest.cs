using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>Makes the request that an OpenAI-compatible provider is sent: the caller's own where there is one, with what Gaia adds to it.</summary>
internal static class ProviderRequest
{
    /// <param name="messages">Those that were read from the wire are sent as they came.</param>
    public static CompletionRequest Create(ProviderOptions provider, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
    {
        var request = options?.RawRepresentationFactory?.Invoke(null!) as CompletionRequest ?? new CompletionRequest();
        var limited = request.MaxTokens is not null || request.MaxCompletionTokens is not null || options?.MaxOutputTokens is null;
        return request with
        {
            Model = model,
            Temperature = request.Temperature ?? (double?)(decimal?)options?.Temperature,
            Stop = request.Stop ?? (options?.StopSequences is { Count: > 0 } stop ? JsonSerializer.SerializeToElement(stop, CompletionJson.Readable.IListString) : null),
            Messages = [.. messages.Select(m => m.RawRepresentation as CompletionMessage ?? CompletionMessage.Create(m.Role.Value, m.Text))],
            Stream = stream ? true : null,
            StreamOptions = stream ? (request.StreamOptions ?? new()) with { IncludeUsage = true } : null,
            MaxTokens = limited || IsOpenAI(provider) ? request.MaxTokens : options!.MaxOutputTokens,
            MaxCompletionTokens = limited || !IsOpenAI(provider) ? request.MaxCompletionTokens : options!.MaxOutputTokens,
            Tools = request.Tools is { Count: > 0 } tools ? tools : null,
        };
    }

    /// <summary>OpenAI's newer models reject <c>max_tokens</c>; most compatible servers know no other name for it.</summary>
    private static bool IsOpenAI(ProviderOptions provider) =>
        provider.Url.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) || provider.Url.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase);
}
