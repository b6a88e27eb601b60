using System.Text.Json;
using Gaia.Caching;
using Gaia.Caching.Outbox;
using Gaia.Chat.Characters;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>The cache regions of personas, and what a change invalidates.</summary>
internal static class PersonaCache
{
    public static readonly Region<Guid, PersonaChoice> Choices = new("user.preference", "user:persona:preference:")
    {
        FailSafe = TimeSpan.FromHours(1),
        TtlSetting = "USER_PREF_CACHE_TTL",
    };

    /// <summary>
    /// The character of a persona's card with its lorebook; for this service only. A card never changes, so an entry is never invalidated.
    /// </summary>
    public static readonly Region<Guid, Character> Characters = new("persona.character", "persona:character:")
    {
        FailSafe = TimeSpan.FromHours(1),
        MaximumBytes = 32 << 20,
        TtlSetting = "PERSONA_CACHE_TTL",
    };

    /// <summary>How many personas are read ahead.</summary>
    private const int WarmLimit = 1_000;

    public static void AddPersonas(this CachingOptions cache, CacheTtlOptions ttl)
    {
        cache.AddPersonas<ChatDb>(ttl, PersonaSource.FindAsync, PersonaSource.FindFirstAsync);
        cache.Region<Guid, PersonaChoice, ChatDb>(Choices with { Ttl = ttl.UserPreference }, LoadChoiceAsync);
        cache.Region<Guid, Character, ChatDb>(Characters with { Ttl = ttl.Persona }, LoadCharacterAsync);
        cache.Audit<Guid, PersonaView, ChatDb>(
            PersonaRegions.ById, (db, ids, ct) => db.Personas.Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Version, ct));
        cache.Audit(PersonaRegions.Lists).Audit(Choices).WarmHot(Choices);
        cache.Warm<Guid, PersonaView, ChatDb>(
            PersonaRegions.ById, async (db, ct) => await db.Personas.Where(p => p.IsActive).Select(p => p.Id).Take(WarmLimit).ToListAsync(ct));
        cache.Warm<PersonaFilter, PersonaPage, ChatDb>(
            PersonaRegions.Lists, (_, _) => Task.FromResult<IReadOnlyList<PersonaFilter>>([.. PersonaFilter.Holding(null)]));
    }

    /// <summary>Commits with the change that <paramref name="db"/> saves next: the persona and every list that it stands or stood in are old then.</summary>
    public static void Forget(this ChatDb db, Persona persona)
    {
        db.Invalidate(PersonaRegions.ById, persona.Id, persona.Version);
        foreach (var filter in PersonaFilter.Holding(persona.CreatedBy))
        {
            db.Invalidate(PersonaRegions.Lists, filter);
        }
    }

    private static async Task<Character?> LoadCharacterAsync(ChatDb db, Guid persona, CancellationToken ct) =>
        await db.Personas.Where(p => p.Id == persona).Select(p => p.Card).SingleOrDefaultAsync(ct) is { } card ? CharacterCard.Find(JsonElement.Parse(card).GetProperty("data")) : null;

    private static async Task<PersonaChoice?> LoadChoiceAsync(ChatDb db, Guid user, CancellationToken ct) => new(
        await db.PersonaPreferences.Where(p => p.UserId == user).Select(p => (Guid?)p.PersonaId).SingleOrDefaultAsync(ct),
        await db.Personas.Where(p => p.IsDefault).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(ct));
}
