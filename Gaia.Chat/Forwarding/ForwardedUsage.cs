using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Reads what a forwarded answer took.</summary>
internal static class ForwardedUsage
{
    /// <summary>The usage that an answer names, or else as much of it as its tokens are estimated by.</summary>
    public static ChatResponse Read(byte[] body, ForwardedCall call)
    {
        var json = Parse(body);
        var usage = json is { } answer ? ProviderResponse.Usage(answer) : null;
        long? output = usage is null ? call.EstimatedOutputTokens : usage.OutputTokenCount ?? 0;
        return new(new ChatMessage(ChatRole.Assistant, json is { } said ? Text(said) : ""))
        {
            FinishReason = ChatFinishReason.Stop,
            Usage = output is null ? null : new()
            {
                InputTokenCount = usage?.InputTokenCount,
                OutputTokenCount = output,
                CachedInputTokenCount = usage?.CachedInputTokenCount,
                ReasoningTokenCount = usage?.ReasoningTokenCount,
            },
        };
    }

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            // A recording, or text without a format.
            return null;
        }
    }

    private static string Text(JsonElement answer) => answer.Text("text") ?? string.Concat(answer.Elements("choices").Select(choice => choice.Text("text")));
}
