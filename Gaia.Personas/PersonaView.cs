using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Personas;

/// <summary>A persona as the API shows it and as the cache keeps it.</summary>
public sealed record PersonaView(
    Guid Id,
    string Name,
    string Description,
    string? SystemPrompt,
    JsonElement PersonalityTraits,
    JsonElement Capabilities,
    bool IsActive,
    Guid? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersonaSettings? Settings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PortraitUrl = null)
{
    /// <summary>What callers without a name see of it: everything but the prompt.</summary>
    public PersonaView ForAnyone() => this with { SystemPrompt = null };
}

/// <summary>A part of a list, oldest first.</summary>
/// <param name="Total">How many personas the whole list has.</param>
/// <param name="Next">What the next page is asked for by; null on the last one.</param>
public sealed record PersonaPage(IReadOnlyList<PersonaView> Personas, int Total, Guid? Next)
{
    /// <summary>The most personas that are listed at once.</summary>
    public const int Limit = 100;

    public PersonaPage ForAnyone() => this with { Personas = [.. Personas.Select(persona => persona.ForAnyone())] };
}
