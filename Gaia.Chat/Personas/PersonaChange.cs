using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gaia.Personas;

namespace Gaia.Chat.Personas;

/// <summary>The members of a persona to change; those left out stay.</summary>
public sealed record PersonaChange(
    [StringLength(Persona.NameLimit, MinimumLength = 1)] string? Name = null,
    [StringLength(PersonaDraft.DescriptionLimit)] string? Description = null,
    [StringLength(PersonaDraft.PromptLimit, MinimumLength = 1)] string? SystemPrompt = null,
    [JsonObject] JsonElement? PersonalityTraits = null,
    [JsonObject] JsonElement? Capabilities = null,
    bool? IsActive = null,
    [ValidSettings] PersonaSettings? Settings = null)
{
    internal void ApplyTo(Persona persona)
    {
        persona.Name = Name ?? persona.Name;
        persona.Description = Description ?? persona.Description;
        persona.SystemPrompt = SystemPrompt ?? persona.SystemPrompt;
        persona.PersonalityTraits = PersonalityTraits ?? persona.PersonalityTraits;
        persona.Capabilities = Capabilities ?? persona.Capabilities;
        persona.IsActive = IsActive ?? persona.IsActive;
        persona.Settings = Settings is null ? persona.Settings : PersonaSettingsJson.OrNone(Settings);
    }
}
