using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gaia.Chat.Characters;
using Gaia.Personas;

namespace Gaia.Chat.Personas;

public sealed record PersonaDraft(
    [Required, StringLength(Persona.NameLimit, MinimumLength = 1)] string Name,
    [Required, StringLength(PersonaDraft.DescriptionLimit)] string Description,
    [Required, StringLength(PersonaDraft.PromptLimit, MinimumLength = 1)] string SystemPrompt,
    [JsonObject] JsonElement? PersonalityTraits = null,
    [JsonObject] JsonElement? Capabilities = null,
    bool IsActive = true,
    [ValidSettings] PersonaSettings? Settings = null)
{
    internal const int DescriptionLimit = Character.DescriptionLimit;
    internal const int PromptLimit = Character.PromptLimit;
}

/// <summary>Accepts a JSON object, or nothing.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class JsonObjectAttribute() : ValidationAttribute("The field {0} must be a JSON object.")
{
    public override bool IsValid(object? value) => value is null or JsonElement { ValueKind: JsonValueKind.Object };
}
