using Gaia.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>Which personas a list holds.</summary>
internal readonly record struct PersonaFilter(bool ActiveOnly, Guid? CreatedBy)
{
    /// <summary>Every list that a persona of this creator may stand in.</summary>
    public static IEnumerable<PersonaFilter> Holding(Guid? createdBy)
    {
        Guid?[] creators = createdBy is null ? [null] : [null, createdBy];
        return from creator in creators from activeOnly in (bool[])[true, false] select new PersonaFilter(activeOnly, creator);
    }
}

internal sealed record PersonaViews(IReadOnlyList<PersonaView> Personas);

/// <summary>What of the personas is cached, and where it is loaded from.</summary>
internal static class PersonaCache
{
    public static readonly Region<Guid, PersonaView> Single = new("persona", "persona:") { Version = persona => persona.Version };

    public static readonly Region<PersonaFilter, PersonaViews> Lists = new("personas.list", "personas:list:", KeyOf);

    public static readonly Region<Guid, PersonaChoice> Choices = new("user.preference", "user:persona:preference:");

    /// <summary>How many personas are read ahead.</summary>
    private const int WarmLimit = 1_000;

    public static void AddPersonas(this CachingOptions cache, CacheTtlOptions ttl)
    {
        cache.Region<Guid, PersonaView, ChatDb>(Single with { Ttl = ttl.Persona, FailSafe = TimeSpan.FromHours(1) }, Load);
        cache.Region<PersonaFilter, PersonaViews, ChatDb>(Lists with { Ttl = ttl.PersonaList, FailSafe = TimeSpan.FromHours(1) }, Load);
        cache.Region<Guid, PersonaChoice, ChatDb>(Choices with { Ttl = ttl.UserPreference, FailSafe = TimeSpan.FromHours(1) }, LoadChoice);
        cache.Warm<Guid, PersonaView, ChatDb>(Single, async (db, ct) => await db.Personas.Where(p => p.IsActive).Select(p => p.Id).Take(WarmLimit).ToListAsync(ct));
        cache.Warm<PersonaFilter, PersonaViews, ChatDb>(Lists, (_, _) => Task.FromResult<IReadOnlyList<PersonaFilter>>([.. PersonaFilter.Holding(null)]));
    }

    /// <summary>Commits with the change that <paramref name="db"/> saves next: the persona and every list that it stands or stood in are old then.</summary>
    public static void Forget(this ChatDb db, Persona persona)
    {
        db.Invalidate(Single, persona.Id, persona.Version);
        foreach (var filter in PersonaFilter.Holding(persona.CreatedBy))
        {
            db.Invalidate(Lists, filter);
        }
    }

    private static string KeyOf(PersonaFilter filter) =>
        (filter.ActiveOnly ? "active" : "all") + (filter.CreatedBy is { } creator ? $":{creator}" : "");

    private static Task<PersonaView?> Load(ChatDb db, Guid id, CancellationToken ct) =>
        db.Personas.Where(p => p.Id == id).Select(PersonaView.From).SingleOrDefaultAsync(ct);

    private static async Task<PersonaViews?> Load(ChatDb db, PersonaFilter filter, CancellationToken ct) =>
        new(await db.Personas
            .Where(p => (!filter.ActiveOnly || p.IsActive) && (filter.CreatedBy == null || p.CreatedBy == filter.CreatedBy))
            .OrderBy(p => p.CreatedAt).ThenBy(p => p.Id)
            .Select(PersonaView.From)
            .ToListAsync(ct));

    private static async Task<PersonaChoice?> LoadChoice(ChatDb db, Guid user, CancellationToken ct) => new(
        await db.PersonaPreferences.Where(p => p.UserId == user).Select(p => (Guid?)p.PersonaId).SingleOrDefaultAsync(ct),
        await db.Personas.Where(p => p.IsDefault).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(ct));
}
