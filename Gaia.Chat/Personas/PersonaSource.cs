using Gaia.Personas;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>
/// Reads personas from the database: the source of this service's caches and, through the internal routes, of the gateways'. It bypasses this node's memory,
/// which may not have applied a change yet that the other node has.
/// </summary>
internal static class PersonaSource
{
    public static void MapPersonaSource(this IEndpointRouteBuilder routes)
    {
        var personas = routes.MapInternal("/personas");
        personas.MapGet("/", (ChatDb db, CancellationToken ct, [FromQuery(Name = "active_only")] bool activeOnly, [FromQuery(Name = "created_by")] Guid? createdBy = null) =>
            FindFirstAsync(db, new(activeOnly, createdBy), ct));
        personas.MapGet("/{id}", async (Guid id, ChatDb db, CancellationToken ct) =>
            await FindAsync(db, id, ct) is { } persona ? Results.Ok(persona) : Results.NotFound());
    }

    public static Task<PersonaView?> FindAsync(ChatDb db, Guid id, CancellationToken ct) =>
        db.Personas.Where(p => p.Id == id).Select(Persona.ToView).SingleOrDefaultAsync(ct);

    public static async Task<PersonaPage?> FindFirstAsync(ChatDb db, PersonaFilter filter, CancellationToken ct) =>
        await GetPageAsync(db, filter, PersonaPage.Limit, after: null, ct);

    /// <param name="after">The cursor of the page before; null for the first page.</param>
    public static async Task<PersonaPage> GetPageAsync(ChatDb db, PersonaFilter filter, int limit, Guid? after, CancellationToken ct)
    {
        // Ids grow with time, so their order is that of creation.
        var all = Of(db, filter);
        var found = await all.Where(p => after == null || p.Id > after).OrderBy(p => p.Id).Take(limit + 1).Select(Persona.ToView).ToListAsync(ct);
        return found.Count <= limit
            ? new(found, after is null ? found.Count : await all.CountAsync(ct), Next: null)
            : new(found[..limit], await all.CountAsync(ct), found[limit - 1].Id);
    }

    private static IQueryable<Persona> Of(ChatDb db, PersonaFilter filter) =>
        db.Personas.Where(p => (!filter.ActiveOnly || p.IsActive) && (filter.CreatedBy == null || p.CreatedBy == filter.CreatedBy));
}
