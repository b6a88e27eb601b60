using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>Whom a user talks to: the persona they chose, as long as it is active, and otherwise the default one.</summary>
internal sealed class CurrentPersona(ChatDb db, PersonaReader personas)
{
    public async Task<PersonaView?> Of(CurrentUser user, CancellationToken ct)
    {
        var chosen = await db.PersonaPreferences.Where(p => p.UserId == user.Id).Select(p => (Guid?)p.PersonaId).SingleOrDefaultAsync(ct);
        if (chosen is { } id && await personas.Get(id, ct) is { IsActive: true } persona)
        {
            return persona;
        }

        return await db.Personas.Where(p => p.IsDefault && p.IsActive).Select(PersonaView.From).SingleOrDefaultAsync(ct);
    }
}
