using Gaia.Caching;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>The active personas by name: from the cached list as long as that holds all of them, otherwise from the database.</summary>
internal sealed class PersonaNames(RegionCache<PersonaFilter, PersonaPage> lists, ChatDb db)
{
    /// <summary>Names are unique for one maker only: the caller's own persona goes before those that Gaia ships, these before those of other users.</summary>
    public async Task<PersonaView?> FindAsync(string name, CurrentUser user, CancellationToken ct)
    {
        var named = await AllAsync(ct) is { } all
            ? all.Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            : await db.Personas.FromSql($"SELECT * FROM personas WHERE is_active AND lower(name) = lower({name})").Select(Persona.ToView).ToListAsync(ct);
        return named.OrderBy(p => p.CreatedBy == user.Id ? 0 : p.CreatedBy is null ? 1 : 2).ThenBy(p => p.Id).FirstOrDefault();
    }

    /// <summary>The caller's own personas, and those that Gaia ships.</summary>
    public async Task<IEnumerable<PersonaView>> OfAsync(CurrentUser user, CancellationToken ct) => await AllAsync(ct) is { } all
        ? all.Where(p => p.CreatedBy is null || p.CreatedBy == user.Id)
        : await db.Personas.Where(p => p.IsActive && (p.CreatedBy == null || p.CreatedBy == user.Id)).OrderBy(p => p.Id).Select(Persona.ToView).ToListAsync(ct);

    private async Task<IReadOnlyList<PersonaView>?> AllAsync(CancellationToken ct) =>
        (await lists.GetAsync(new(ActiveOnly: true, CreatedBy: null), ct)).Value is { Next: null } whole ? whole.Personas : null;
}
