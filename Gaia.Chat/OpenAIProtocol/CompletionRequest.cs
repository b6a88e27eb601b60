using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Chat.OpenAIProtocol;

/// <summary>OpenAI's request for a chat completion.</summary>
public sealed record CompletionRequest : CompletionParameters
{
    [Required, StringLength(200, MinimumLength = 1)]
    public string Model { get; init; } = "";

    [Required, MinLength(1), EachPresent]
    public IReadOnlyList<CompletionMessage> Messages { get; init; } = [];

    /// <summary>A request with the same parameters, for messages and a model that are found elsewhere.</summary>
    public static CompletionRequest With(CompletionParameters parameters) => new()
    {
        Stream = parameters.Stream,
        StreamOptions = parameters.StreamOptions,
        Temperature = parameters.Temperature,
        TopP = parameters.TopP,
        MaxTokens = parameters.MaxTokens,
        MaxCompletionTokens = parameters.MaxCompletionTokens,
        FrequencyPenalty = parameters.FrequencyPenalty,
        PresencePenalty = parameters.PresencePenalty,
        Seed = parameters.Seed,
        N = parameters.N,
        Stop = parameters.Stop,
        Tools = parameters.Tools,
        ToolChoice = parameters.ToolChoice,
        ParallelToolCalls = parameters.ParallelToolCalls,
        ResponseFormat = parameters.ResponseFormat,
        Others = parameters.Others,
    };
}

/// <param name="Role">system, developer, user, assistant or tool.</param>
/// <param name="Content">A string, an array of parts, or null.</param>
/// <param name="ToolCalls">The calls that an assistant made.</param>
/// <param name="ToolCallId">Which of these calls a tool's message answers.</param>
public sealed record CompletionMessage(
    [Required] string Role, JsonElement? Content = null, [EachPresent] IReadOnlyList<CompletionToolCall>? ToolCalls = null, string? ToolCallId = null)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    public static CompletionMessage Create(string role, string text) => new(role, JsonSerializer.SerializeToElement(text, CompletionJson.Readable.String));
}

public sealed record CompletionStreamOptions(bool IncludeUsage = false)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <param name="Function">Of tools of type function.</param>
public sealed record CompletionTool([Required] string Type, CompletionFunction? Function = null) : IValidatableObject
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Type is "function" && Function is null)
        {
            yield return new("The Function field is required.", [nameof(Function)]);
        }
    }
}

/// <param name="Parameters">JSON schema.</param>
public sealed record CompletionFunction([Required] string Name, string? Description = null, JsonElement? Parameters = null, bool? Strict = null)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <param name="Function">Of calls of type function.</param>
public sealed record CompletionToolCall([Required] string Id, CompletionCall? Function = null, string Type = "function") : IValidatableObject
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Type is "function" && Function is null)
        {
            yield return new("The Function field is required.", [nameof(Function)]);
        }
    }
}

/// <param name="Arguments">As the model wrote them: JSON as a rule.</param>
public sealed record CompletionCall([Required] string Name, string Arguments = "");

/// <summary>Accepts a list in which nothing is null, or no list.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class EachPresentAttribute() : ValidationAttribute("The field {0} must not hold null.")
{
    public override bool IsValid(object? value) => value is not IEnumerable<object?> list || list.All(one => one is not null);
}
