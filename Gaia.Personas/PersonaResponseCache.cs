using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Personas;

/// <summary>
/// What is answered about personas. A cached value becomes bytes when it is asked for first, and the bytes live as long as the value does: later hits only
/// copy them.
/// </summary>
public sealed class PersonaResponseCache(IOptions<JsonOptions> json)
{
    private readonly ConditionalWeakTable<PersonaView, Prepared<PersonaAnswer>> named = [];
    private readonly ConditionalWeakTable<PersonaView, Prepared<PersonaAnswer>> anyones = [];
    private readonly ConditionalWeakTable<PersonaPage, Prepared<PersonaList>> namedLists = [];
    private readonly ConditionalWeakTable<PersonaPage, Prepared<PersonaList>> anyonesLists = [];

    /// <param name="persona">As the cache has it.</param>
    /// <param name="isNamed">Whether it is known who asks.</param>
    public Prepared<PersonaAnswer> Of(PersonaView persona, bool isNamed) => isNamed
        ? named.GetOrAdd(persona, static (persona, self) => self.Prepare(PersonaTag.Of(persona), persona), this)
        : anyones.GetOrAdd(persona, static (persona, self) => self.Prepare(PersonaTag.Of(persona, isNamed: false), persona.ForAnyone()), this);

    /// <param name="page">As the cache has it, or as it was just read.</param>
    /// <param name="isNamed">Whether it is known who asks.</param>
    public Prepared<PersonaList> Of(PersonaPage page, bool isNamed) => isNamed
        ? namedLists.GetOrAdd(page, static (page, self) => self.Prepare(PersonaTag.Of(page, isNamed: true), page), this)
        : anyonesLists.GetOrAdd(page, static (page, self) => self.Prepare(PersonaTag.Of(page, isNamed: false), page.ForAnyone()), this);

    private Prepared<PersonaAnswer> Prepare(string tag, PersonaView persona) => Prepare(tag, new PersonaAnswer(persona, "Persona retrieved successfully"));

    private Prepared<PersonaList> Prepare(string tag, PersonaPage page) => Prepare(tag, PersonaList.Of(page));

    private Prepared<T> Prepare<T>(string tag, T answer) => new(tag, JsonSerializer.SerializeToUtf8Bytes(answer, json.Value.SerializerOptions));
}
