using System.Text.Json.Serialization;

namespace Gaia.Chat.OpenAIProtocol;

/// <summary>OpenAI's response. Source: OpenAI API reference, "The chat completion object".</summary>
internal sealed record Completion(string Id, long Created, string Model, IReadOnlyList<CompletionChoice> Choices, CompletionUsage Usage)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion";
}

internal sealed record CompletionChoice(int Index, CompletionAnswer Message, string FinishReason)
{
    public object? Logprobs { get; }
}

internal sealed record CompletionAnswer(
    string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<CompletionToolCall>? ToolCalls)
{
    [JsonPropertyOrder(-1)]
    public string Role { get; } = "assistant";

    public string? Refusal { get; }
}

internal sealed record CompletionUsage(long PromptTokens, long CompletionTokens)
{
    public long TotalTokens => PromptTokens + CompletionTokens;
}

/// <summary>One piece of a streamed response. Source: OpenAI API reference, "The chat completion chunk object".</summary>
internal sealed record CompletionChunk(string Id, long Created, string Model, IReadOnlyList<CompletionChunkChoice> Choices)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion.chunk";
}

internal sealed record CompletionChunkChoice(int Index, CompletionDelta Delta, string? FinishReason)
{
    public object? Logprobs { get; }
}

internal sealed record CompletionDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CompletionToolCallDelta>? ToolCalls { get; init; }
}

/// <summary>What was added to a call: id, type and name come once, the arguments in parts.</summary>
/// <param name="Index">Its place among the calls of the message.</param>
internal sealed record CompletionToolCallDelta(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Type,
    CompletionCallDelta Function);

internal sealed record CompletionCallDelta([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name, string Arguments);
