using Gaia.Caching;
using Gaia.Personas;

namespace Gaia.Chat.Personas;

/// <param name="Chosen">The persona that the user chose; null when none.</param>
/// <param name="Default">The default persona.</param>
internal sealed record PersonaChoice(Guid? Chosen, Guid? Default);

/// <summary>Finds the current persona of a user: the one they chose while it is active, otherwise the default one.</summary>
internal sealed class CurrentPersona(RegionCache<Guid, PersonaChoice> choices, RegionCache<Guid, PersonaView> personas)
{
    public async Task<PersonaView?> GetAsync(CurrentUser user, CancellationToken ct)
    {
        var choice = (await choices.GetAsync(user.Id!.Value, ct)).Value!;
        return await GetActiveAsync(choice.Chosen, ct) ?? await GetActiveAsync(choice.Default, ct);
    }

    private async Task<PersonaView?> GetActiveAsync(Guid? id, CancellationToken ct) =>
        id is { } known && (await personas.GetAsync(known, ct)).Value is { IsActive: true } persona ? persona : null;
}
