using System.Linq.Expressions;
using System.Text.Json;

namespace Gaia.Chat.Personas;

/// <summary>A persona as the API shows it and as the cache keeps it.</summary>
internal sealed record PersonaView(
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
    long Version)
{
    public static readonly Expression<Func<Persona, PersonaView>> From = p => new(
        p.Id, p.Name, p.Description, p.SystemPrompt, p.PersonalityTraits, p.Capabilities, p.IsActive, p.CreatedBy, p.CreatedAt, p.UpdatedAt, p.Version);

    /// <summary>What <paramref name="user"/> may see of it: the prompt is for people with a name.</summary>
    public PersonaView For(CurrentUser user) => user.IsAuthenticated ? this : this with { SystemPrompt = null };
}
