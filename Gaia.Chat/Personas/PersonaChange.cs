using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Gaia.Chat.Personas;

/// <summary>What of a persona is to be another; what is left out stays.</summary>
public sealed record PersonaChange(
    [StringLength(Persona.NameLimit, MinimumLength = 1)] string? Name = null,
    [StringLength(PersonaDraft.DescriptionLimit)] string? Description = null,
    [StringLength(PersonaDraft.PromptLimit, MinimumLength = 1)] string? SystemPrompt = null,
    [JsonObject] JsonElement? PersonalityTraits = null,
    [JsonObject] JsonElement? Capabilities = null,
    bool? IsActive = null)
{
    internal void ApplyTo(Persona persona)
    {
        persona.Name = Name ?? persona.Name;
        persona.Description = Description ?? persona.Description;
        persona.SystemPrompt = SystemPrompt ?? persona.SystemPrompt;
        persona.PersonalityTraits = PersonalityTraits ?? persona.PersonalityTraits;
        persona.Capabilities = Capabilities ?? persona.Capabilities;
        persona.IsActive = IsActive ?? persona.IsActive;
    }
}
