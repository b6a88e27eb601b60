using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gaia.Chat.Completions;

/// <summary>OpenAI's answer. Source: OpenAI API reference, "The chat completion object".</summary>
internal sealed record Completion(string Id, long Created, string Model, IReadOnlyList<CompletionChoice> Choices, CompletionUsage Usage)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion";

    /// <summary>Gaia's own addition, on its own routes only.</summary>
    [JsonPropertyName("_metadata"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? Metadata { get; init; }
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

/// <param name="Index">Its place among the calls of a message; in streams only.</param>
public sealed record CompletionToolCall(
    [Required] string Id,
    [Required] CompletionCall Function,
    string Type = "function",
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Index = null);

/// <param name="Arguments">JSON, as text.</param>
public sealed record CompletionCall([Required] string Name, string Arguments);

internal sealed record CompletionUsage(long PromptTokens, long CompletionTokens)
{
    public long TotalTokens => PromptTokens + CompletionTokens;
}

/// <summary>One piece of a streamed answer. Source: OpenAI API reference, "The chat completion chunk object".</summary>
internal sealed record CompletionChunk(string Id, long Created, string Model, IReadOnlyList<CompletionChunkChoice> Choices)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion.chunk";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CompletionUsage? Usage { get; init; }
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
    public IReadOnlyList<CompletionToolCall>? ToolCalls { get; init; }
}
