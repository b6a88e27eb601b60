using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>Which personas a list holds.</summary>
internal readonly record struct PersonaFilter(bool ActiveOnly, Guid? CreatedBy);

internal sealed class PersonaReader(ChatDb db)
{
    public Task<PersonaView?> Get(Guid id, CancellationToken ct) => db.Personas.Where(p => p.Id == id).Select(PersonaView.From).SingleOrDefaultAsync(ct);

    public async Task<IReadOnlyList<PersonaView>> List(PersonaFilter filter, CancellationToken ct) =>
        await db.Personas
            .Where(p => (!filter.ActiveOnly || p.IsActive) && (filter.CreatedBy == null || p.CreatedBy == filter.CreatedBy))
            .OrderBy(p => p.CreatedAt).ThenBy(p => p.Id)
            .Select(PersonaView.From)
            .ToListAsync(ct);
}
