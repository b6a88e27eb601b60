using Gaia.Caching;
using Gaia.Chat.Characters;
using Gaia.Chat.Providers;
using Gaia.Personas;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Prompts;

/// <summary>What a model is given when it speaks as a persona: one builder for every route.</summary>
internal sealed class PersonaPrompt(RegionCache<Guid, Character> characters, IOptions<CharacterOptions> options)
{
    // A lorebook must leave room for the conversation, however much its card asks for.
    private const int LoreShare = 4;

    /// <param name="greeting">With which greeting of the persona the conversation began; null when that is to be found out.</param>
    public async Task<IReadOnlyList<ChatMessage>> BuildAsync(
        PersonaView persona, IReadOnlyList<ChatMessage> messages, Model model, int? maxOutputTokens, int? greeting, CancellationToken ct)
    {
        if ((await characters.GetAsync(persona.Id, ct)).Value is not { } character)
        {
            return [new(ChatRole.System, persona.SystemPrompt) { AdditionalProperties = Named(persona) }, .. messages];
        }

        var prompt = new CharacterPrompt(persona, character, options.Value, messages, greeting);
        var whole = prompt.Build(model.ContextTokens / LoreShare, isFull: false);
        return ContextWindow.Holds(whole, model, maxOutputTokens) ? whole : prompt.Build(model.ContextTokens / LoreShare, isFull: true);
    }

    /// <summary>Tells the echo model who speaks.</summary>
    public static AdditionalPropertiesDictionary Named(PersonaView persona) => new() { [EchoModel.PersonaProperty] = persona.Name };
}
