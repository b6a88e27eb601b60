using Gaia.Caching;

namespace Gaia.Personas;

/// <summary>What of the personas is cached, on whichever node they are read.</summary>
public static class PersonaRegions
{
    /// <summary>How long after its time a value may still stand in for a source that fails.</summary>
    private static readonly TimeSpan FailSafe = TimeSpan.FromHours(1);

    public static Region<Guid, PersonaView> ById { get; } = new("persona", "persona:") { Version = persona => persona.Version, FailSafe = FailSafe, TtlSetting = "PERSONA_CACHE_TTL" };

    /// <summary>First pages. One of the longest personas there can be is far larger than other cached values.</summary>
    public static Region<PersonaFilter, PersonaPage> Lists { get; } = new("personas.list", "personas:list:") { FailSafe = FailSafe, MaximumBytes = 64 << 20, TtlSetting = "PERSONA_LIST_CACHE_TTL" };

    /// <summary>Adds both regions with the source that this service has for them.</summary>
    public static CachingOptions AddPersonas<TSource>(
        this CachingOptions cache,
        CacheTtlOptions ttl,
        Func<TSource, Guid, CancellationToken, Task<PersonaView?>> find,
        Func<TSource, PersonaFilter, CancellationToken, Task<PersonaPage?>> list)
        where TSource : notnull =>
        cache.Region(ById with { Ttl = ttl.Persona }, find).Region(Lists with { Ttl = ttl.PersonaList }, list).WarmHot(ById).WarmHot(Lists);
}
