using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Gaia.Chat.Completions;

/// <summary>OpenAI's request for a chat completion, as far as providers of several makes can follow it. Source: OpenAI API reference, "Create chat completion".</summary>
public sealed record CompletionRequest
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    [Required, MinLength(1), EachPresent]
    public IReadOnlyList<CompletionMessage> Messages { get; init; } = [];

    public bool? Stream { get; init; }

    public CompletionStreamOptions? StreamOptions { get; init; }

    [Range(0, 2)]
    public float? Temperature { get; init; }

    [Range(0, 1)]
    public float? TopP { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxTokens { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxCompletionTokens { get; init; }

    [Range(-2, 2)]
    public float? FrequencyPenalty { get; init; }

    [Range(-2, 2)]
    public float? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    /// <summary>Only one answer is ever made.</summary>
    [Range(1, 1)]
    public int? N { get; init; }

    /// <summary>A string or an array of strings.</summary>
    public JsonElement? Stop { get; init; }

    [EachPresent]
    public IReadOnlyList<CompletionTool>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c> or an object that names a function.</summary>
    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public JsonElement? ResponseFormat { get; init; }
}

/// <param name="Role">system, developer, user, assistant or tool.</param>
/// <param name="Content">A string, an array of parts, or null.</param>
/// <param name="ToolCalls">What an assistant wanted to be done.</param>
/// <param name="ToolCallId">Which of these calls a tool's message answers.</param>
public sealed record CompletionMessage([Required] string Role, JsonElement Content, [EachPresent] IReadOnlyList<CompletionToolCall>? ToolCalls = null, string? ToolCallId = null)
{
    public static CompletionMessage FromUser(string text) => new("user", JsonSerializer.SerializeToElement(text));
}

public sealed record CompletionStreamOptions(bool IncludeUsage = false);

public sealed record CompletionTool([Required] string Type, [Required] CompletionFunction Function);

/// <param name="Parameters">JSON schema.</param>
public sealed record CompletionFunction([Required] string Name, string? Description = null, JsonElement? Parameters = null, bool? Strict = null);

/// <summary>Accepts a list in which nothing is null, or no list.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class EachPresentAttribute() : ValidationAttribute("The field {0} must not hold null.")
{
    public override bool IsValid(object? value) => value is not IEnumerable<object?> list || list.All(one => one is not null);
}
