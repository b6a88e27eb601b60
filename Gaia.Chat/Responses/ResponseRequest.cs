using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>Source: OpenAI API reference, "Create a model response".</summary>
public sealed record ResponseRequest
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    /// <summary>A string, or an array of messages, function calls and their outputs.</summary>
    [Required]
    public JsonElement? Input { get; init; }

    public string? Instructions { get; init; }

    /// <summary>Of a stored response, which this one goes on from.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Whether a later request can go on from this response; so unless it says no.</summary>
    public bool? Store { get; init; }

    public bool? Stream { get; init; }

    [Range(0, 2)]
    public double? Temperature { get; init; }

    [Range(0, 1)]
    public double? TopP { get; init; }

    [Range(1, int.MaxValue)]
    public int? MaxOutputTokens { get; init; }

    [EachPresent]
    public IReadOnlyList<ResponseTool>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c> or an object that names a function.</summary>
    public JsonElement? ToolChoice { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public ResponseText? Text { get; init; }

    public ResponseReasoning? Reasoning { get; init; }

    /// <summary>What the response is to hold beyond its text, such as <c>message.output_text.logprobs</c>.</summary>
    [EachPresent]
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Up to 16 pairs of strings, which the response repeats.</summary>
    public JsonElement? Metadata { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <param name="Name">Of a tool of type function.</param>
/// <param name="Parameters">JSON schema.</param>
public sealed record ResponseTool(
    [Required] string Type, string? Name = null, string? Description = null, JsonElement? Parameters = null, bool? Strict = null);

/// <param name="Format">An object with a type: text, json_object or json_schema.</param>
/// <param name="Verbosity">low, medium or high.</param>
public sealed record ResponseText(JsonElement? Format = null, string? Verbosity = null);

/// <param name="Effort">How long the model may think, in the provider's own words.</param>
public sealed record ResponseReasoning(string? Effort = null)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}
