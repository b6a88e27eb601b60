using Gaia.Caching;
using Gaia.Chat.Characters;
using Gaia.Chat.Errors;
using Gaia.Personas;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Personas;

/// <summary>The first messages that a persona can open a conversation with.</summary>
internal sealed class PersonaGreetings(RegionCache<Guid, Character> characters, IOptions<CharacterOptions> options)
{
    /// <summary>The greeting of its card, then the alternate ones, with their macros replaced; none for a persona without a card.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(PersonaView persona, CancellationToken ct) =>
        (await characters.GetAsync(persona.Id, ct)).Value is { Greetings: { Count: > 0 } greetings } character
            ? [.. greetings.Select(greeting => character.MacrosFor(persona, options.Value.UserName).Expand(greeting))]
            : [];

    /// <summary>The greeting that a conversation begins with; null for none.</summary>
    /// <param name="wish">Which; the first one unless told.</param>
    /// <exception cref="ChatException">There is no such greeting.</exception>
    public async Task<(int Index, string Text)?> ChooseAsync(PersonaView? persona, int? wish, CancellationToken ct)
    {
        var greetings = persona is null ? [] : await OfAsync(persona, ct);
        var index = wish ?? 0;
        return index < greetings.Count
            ? string.IsNullOrWhiteSpace(greetings[index]) ? null : (index, greetings[index])
            : wish is null ? null : throw ChatException.Invalid($"The persona has {greetings.Count} greetings, counted from 0", "greeting");
    }
}

internal sealed record GreetingList(IReadOnlyList<string> Greetings);
