using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Gaia.Personas;

/// <summary>How a persona is played where a request does not say.</summary>
/// <param name="Model">The model that speaks.</param>
/// <param name="Stop">Texts at which an answer ends.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
public sealed record PersonaSettings(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), StringLength(200, MinimumLength = 1)] string? Model = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Range(0, 2)] float? Temperature = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), StopTexts] IReadOnlyList<string>? Stop = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Range(1, int.MaxValue)] int? MaxTokens = null);

/// <summary>Accepts as many and as long texts as OpenAI's API does.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class StopTextsAttribute() : ValidationAttribute("The field {0} must hold at most 4 texts of 1 to 100 characters.")
{
    public override bool IsValid(object? value) =>
        value is null || value is IReadOnlyList<string> { Count: <= 4 } texts && texts.All(text => text is { Length: >= 1 and <= 100 });
}
