using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Reads what a forwarded answer took.</summary>
internal static class ForwardedUsage
{
    /// <summary>The usage that an answer names, and its text.</summary>
    public static ChatResponse Read(byte[] body, ForwardedCall call)
    {
        var json = Parse(body);
        var (input, output) = json is { } answer ? Counts(answer) : default;
        return new(new ChatMessage(ChatRole.Assistant, call.EstimatedOutputTokens is null && json is { } said ? Text(said) : ""))
        {
            FinishReason = ChatFinishReason.Stop,
            Usage = input is null && call.EstimatedOutputTokens is null ? null : new() { InputTokenCount = input, OutputTokenCount = output ?? call.EstimatedOutputTokens },
        };
    }

    /// <summary>The same of one chunk of a streamed text completion.</summary>
    public static ChatResponseUpdate ReadChunk(JsonElement chunk)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, Text(chunk)) { RawRepresentation = chunk };
        if (Counts(chunk) is ({ } input, var output))
        {
            update.Contents.Add(new UsageContent(new() { InputTokenCount = input, OutputTokenCount = output }));
        }

        if (Choices(chunk).Any(choice => choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind is JsonValueKind.String))
        {
            update.FinishReason = ChatFinishReason.Stop;
        }

        return update;
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

    private static (long? Input, long? Output) Counts(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
            ? (Count(usage, "prompt_tokens") ?? Count(usage, "input_tokens"), Count(usage, "completion_tokens") ?? Count(usage, "output_tokens") ?? 0)
            : default;

    private static long? Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var count) && count.ValueKind is JsonValueKind.Number && count.TryGetInt64(out var value) ? value : null;

    private static string Text(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("text", out var text) && text.ValueKind is JsonValueKind.String
            ? text.GetString()!
            : string.Concat(Choices(answer).Select(choice => choice.TryGetProperty("text", out var said) && said.ValueKind is JsonValueKind.String ? said.GetString() : ""));

    private static IEnumerable<JsonElement> Choices(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array
            ? choices.EnumerateArray().Where(choice => choice.ValueKind is JsonValueKind.Object)
            : [];
}
