using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>Reads as much of an OpenAI-compatible response as Gaia needs itself: the text that it stores, the usage, and whether it is complete.</summary>
internal static class ProviderResponse
{
    // Texts of a model that are no part of the answer but count as tokens.
    private static readonly string[] ReasoningMembers = ["reasoning_content", "reasoning"];

    /// <exception cref="ProviderException">It is an error, or no completion.</exception>
    public static ChatResponse Read(JsonElement completion, ProviderOptions provider)
    {
        if (ProviderError.Of(completion) is { } error)
        {
            throw ProviderErrorReader.Read(StatusCodes.Status500InternalServerError, error, retryAfter: null, provider);
        }

        var choices = Member(completion, "choices", JsonValueKind.Array) ?? throw ProviderErrorReader.Invalid(provider.Name);
        var message = new ChatMessage(ChatRole.Assistant, []);
        ChatFinishReason? reason = null;
        foreach (var choice in choices.EnumerateArray())
        {
            ReadContents(choice, "message", message.Contents);
            reason ??= Reason(choice);
        }

        return new(message) { RawRepresentation = completion, FinishReason = reason ?? ChatFinishReason.Stop, Usage = Usage(completion) };
    }

    /// <exception cref="ProviderException">It is an error.</exception>
    public static ChatResponseUpdate ReadChunk(JsonElement chunk, ProviderOptions provider)
    {
        if (ProviderError.Of(chunk) is { } error)
        {
            throw ProviderErrorReader.Interrupted(provider.Name, error);
        }

        var update = new ChatResponseUpdate { Role = ChatRole.Assistant, RawRepresentation = chunk };
        foreach (var choice in Member(chunk, "choices", JsonValueKind.Array)?.EnumerateArray() ?? default)
        {
            ReadContents(choice, "delta", update.Contents);
            update.FinishReason ??= Reason(choice);
        }

        if (Usage(chunk) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage));
        }

        return update;
    }

    private static void ReadContents(JsonElement choice, string member, IList<AIContent> contents)
    {
        if (Member(choice, member, JsonValueKind.Object) is not { } said)
        {
            return;
        }

        // The first answer is the one that conversations store; the others only cost.
        var isFirst = !choice.TryGetProperty("index", out var index) || index.ValueKind is not JsonValueKind.Number || index.GetInt32() == 0;
        foreach (var name in (ReadOnlySpan<string>)["content", "refusal"])
        {
            if (Text(said, name) is { } text)
            {
                contents.Add(isFirst ? new TextContent(text) : new TextReasoningContent(text));
            }
        }

        foreach (var name in ReasoningMembers)
        {
            if (Text(said, name) is { } text)
            {
                contents.Add(new TextReasoningContent(text));
                break;
            }
        }

        foreach (var call in Member(said, "tool_calls", JsonValueKind.Array)?.EnumerateArray() ?? default)
        {
            contents.Add(new TextReasoningContent(Member(call, "function", JsonValueKind.Object) is { } function
                ? $"{Text(function, "name")}{Text(function, "arguments")}"
                : call.GetRawText()));
        }

        if (Member(said, "audio", JsonValueKind.Object) is { } audio)
        {
            contents.Add(new TextReasoningContent(Text(audio, "transcript")));
        }
    }

    private static ChatFinishReason? Reason(JsonElement choice) => Text(choice, "finish_reason") is { } reason ? new(reason) : null;

    private static UsageDetails? Usage(JsonElement response) => Member(response, "usage", JsonValueKind.Object) is { } usage
        ? new() { InputTokenCount = Count(usage, "prompt_tokens"), OutputTokenCount = Count(usage, "completion_tokens") }
        : null;

    private static long? Count(JsonElement json, string name) => Member(json, name, JsonValueKind.Number) is { } count && count.TryGetInt64(out var value) ? value : null;

    private static string? Text(JsonElement json, string name) => Member(json, name, JsonValueKind.String)?.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement? Member(JsonElement json, string name, JsonValueKind kind) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;
}
