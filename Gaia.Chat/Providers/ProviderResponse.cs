using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
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

        var choices = completion.Member("choices", JsonValueKind.Array) ?? throw ProviderErrorReader.Invalid(provider.Name);
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
        foreach (var choice in chunk.Elements("choices"))
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

    /// <summary>What a response or a chunk says that it took; null when it does not.</summary>
    public static UsageDetails? Usage(JsonElement response) => response.Member("usage", JsonValueKind.Object) is { } usage
        ? new()
        {
            InputTokenCount = usage.Count("prompt_tokens") ?? usage.Count("input_tokens"),
            OutputTokenCount = usage.Count("completion_tokens") ?? usage.Count("output_tokens"),
            CachedInputTokenCount = Detail(usage, "prompt_tokens_details", "input_tokens_details", "cached_tokens"),
            ReasoningTokenCount = Detail(usage, "completion_tokens_details", "output_tokens_details", "reasoning_tokens"),
        }
        : null;

    private static long? Detail(JsonElement usage, string ofCompletions, string ofResponses, string name) =>
        (usage.Member(ofCompletions, JsonValueKind.Object) ?? usage.Member(ofResponses, JsonValueKind.Object))?.Count(name);

    private static void ReadContents(JsonElement choice, string member, IList<AIContent> contents)
    {
        // The first answer is the one that conversations store; the others only cost.
        var isFirst = !choice.TryGetProperty("index", out var index) || index.ValueKind is not JsonValueKind.Number || index.GetInt32() == 0;

        // A text completion has its text beside the index, a chat completion has a message.
        Add(choice, "text");
        if (choice.Member(member, JsonValueKind.Object) is not { } said)
        {
            return;
        }

        Add(said, "content");
        Add(said, "refusal");
        foreach (var name in ReasoningMembers)
        {
            if (said.Text(name) is { Length: > 0 } reasoning)
            {
                contents.Add(new TextReasoningContent(reasoning));
                break;
            }
        }

        foreach (var call in said.Elements("tool_calls"))
        {
            contents.Add(new TextReasoningContent(call.Member("function", JsonValueKind.Object) is { } function
                ? $"{function.Text("name")}{function.Text("arguments")}"
                : call.GetRawText()));
        }

        if (said.Member("audio", JsonValueKind.Object) is { } audio)
        {
            contents.Add(new TextReasoningContent(audio.Text("transcript")));
        }

        void Add(JsonElement json, string name)
        {
            if (json.Text(name) is { Length: > 0 } text)
            {
                contents.Add(isFirst ? new TextContent(text) : new TextReasoningContent(text));
            }
        }
    }

    private static ChatFinishReason? Reason(JsonElement choice) => choice.Text("finish_reason") is { Length: > 0 } reason ? new(reason) : null;
}
