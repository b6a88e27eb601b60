using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Chat.OpenAIProtocol;

/// <summary>
/// How an answer is asked for, in OpenAI's words. Parameters that Gaia does not read itself are kept, for providers that understand them.
/// Source: OpenAI API reference, "Create chat completion".
/// </summary>
public abstract record CompletionParameters
{
    public bool? Stream { get; init; }

    public CompletionStreamOptions? StreamOptions { get; init; }

    [Range(0, 2)]
    public double? Temperature { get; init; }

    [Range(0, 1)]
    public double? TopP { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxTokens { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxCompletionTokens { get; init; }

    [Range(-2, 2)]
    public double? FrequencyPenalty { get; init; }

    [Range(-2, 2)]
    public double? PresencePenalty { get; init; }

    public long? Seed { get; init; }

    /// <summary>How many answers are made; each costs.</summary>
    [Range(1, 128)]
    public int? N { get; init; }

    /// <summary>A string or an array of strings.</summary>
    public JsonElement? Stop { get; init; }

    [EachPresent]
    public IReadOnlyList<CompletionTool>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c> or an object that names a function.</summary>
    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public JsonElement? ResponseFormat { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
