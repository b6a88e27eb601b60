using Gaia.Chat.Characters;
using Gaia.Chat.Personas;
using Gaia.Personas;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Prompts;

/// <summary>
/// Makes a prompt of a character, its lorebook and a conversation. First comes one system message with all that is always known; entries of the lorebook with
/// a depth stand within the conversation; the post-history instructions end it.
/// </summary>
internal sealed class CharacterPrompt
{
    private const int NameLimit = 100;

    private readonly PersonaView persona;
    private readonly Character character;
    private readonly CharacterOptions options;
    private readonly IReadOnlyList<ChatMessage> messages;
    private readonly int? greeting;
    private readonly Macros macros;

    /// <param name="persona">What was changed of it since its card was imported goes before the card.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="greeting">With which greeting it began; null when that is to be found out.</param>
    public CharacterPrompt(PersonaView persona, Character character, CharacterOptions options, IReadOnlyList<ChatMessage> messages, int? greeting)
    {
        this.persona = persona;
        this.character = character;
        this.options = options;
        this.messages = messages;
        var user = messages.LastOrDefault(m => m.Role == ChatRole.User && m.AuthorName is { Length: > 0 and <= NameLimit })?.AuthorName ?? options.UserName;
        macros = character.MacrosFor(persona, user);
        this.greeting = greeting ?? FindGreeting();
    }

    /// <param name="loreTokens">How many tokens the lorebook may take.</param>
    /// <param name="isFull">The model's window is full: what can be left out is.</param>
    public IReadOnlyList<ChatMessage> Build(int loreTokens, bool isFull)
    {
        var lore = character.Book is { } book ? new LoreScan(book, new(messages), greeting, macros).Find(loreTokens, isFull) : [];
        var first = new ChatMessage(ChatRole.System, Definition(lore, isFull)) { AdditionalProperties = PersonaPrompt.Named(persona) };
        return [first, .. Conversation([.. lore.Where(IsWithin)]), .. PostHistory(lore)];
    }

    private static bool IsWithin(FoundLore lore) => lore.Entry.Settings is { Position: null } and ({ Depth: not null } or { ReverseDepth: not null });

    private string Definition(IReadOnlyList<FoundLore> lore, bool isFull)
    {
        var personality = macros.Expand(character.Personality);
        var scenario = macros.Expand(character.Scenario);
        List<string> parts = [SystemPrompt(lore), .. At(LorePosition.BeforeCharacter), .. At(LorePosition.BeforeDescription)];
        parts.Add(macros.Expand(persona.Description == character.ShownDescription ? character.Description : persona.Description));
        parts.AddRange(At(LorePosition.AfterDescription));
        parts.Add(Labelled("Personality", personality));
        parts.AddRange(At(LorePosition.Personality));
        parts.Add(Labelled("Scenario", scenario));
        parts.AddRange([.. At(LorePosition.Scenario), .. At(LorePosition.AfterCharacter)]);
        if (!isFull)
        {
            parts.Add(Labelled("Example conversations", macros.Expand(character.Examples)));
        }

        return string.Join("\n\n", parts.Where(part => !string.IsNullOrWhiteSpace(part)));

        IEnumerable<string> At(LorePosition position) => lore.Where(one => !IsWithin(one) && Place(one.Entry) == position).Select(one => one.Text);

        // Without the section there is no place within it.
        LorePosition Place(LoreEntry entry) => entry.Position switch
        {
            LorePosition.Personality when personality.Length == 0 => LorePosition.BeforeCharacter,
            LorePosition.Scenario when scenario.Length == 0 => LorePosition.BeforeCharacter,
            var position => position,
        };
    }

    private string SystemPrompt(IReadOnlyList<FoundLore> lore)
    {
        if (IsDisabled(lore, "system_prompt"))
        {
            return "";
        }

        var original = macros.Expand(options.SystemPrompt);
        var own = persona.SystemPrompt == character.ShownPrompt ? character.SystemPrompt : persona.SystemPrompt;
        return string.IsNullOrEmpty(own) ? original : macros.Expand(own, original);
    }

    private IEnumerable<ChatMessage> PostHistory(IReadOnlyList<FoundLore> lore)
    {
        var original = macros.Expand(options.PostHistoryInstructions);
        var text = character.PostHistoryInstructions.Length == 0 ? original : macros.Expand(character.PostHistoryInstructions, original);
        return string.IsNullOrWhiteSpace(text) || IsDisabled(lore, "post_history_instructions") ? [] : [new(ChatRole.System, text)];
    }

    private static bool IsDisabled(IReadOnlyList<FoundLore> lore, string prompt) => lore.Any(one => one.Entry.Settings.DisabledPrompt == prompt);

    // Never between the calls of tools and their results: these are no messages of the chat.
    private IEnumerable<ChatMessage> Conversation(IReadOnlyList<FoundLore> lore)
    {
        var count = messages.Count(ChatHistory.IsSaid);
        var byDepth = lore.ToLookup(one => Math.Clamp(one.Entry.Settings.Depth ?? count - one.Entry.Settings.ReverseDepth!.Value, 0, count), Message);
        var depth = count;
        foreach (var message in messages)
        {
            if (ChatHistory.IsSaid(message))
            {
                foreach (var inserted in byDepth[depth--])
                {
                    yield return inserted;
                }
            }

            yield return message;
        }

        foreach (var inserted in byDepth[0])
        {
            yield return inserted;
        }
    }

    private static ChatMessage Message(FoundLore lore) => new(lore.Entry.Settings.ChatRole(), lore.Text);

    private int? FindGreeting()
    {
        var first = messages.FirstOrDefault(ChatHistory.IsSaid);
        return first?.Role == ChatRole.Assistant && character.Greetings.Index().Where(g => macros.Expand(g.Item) == first.Text).ToList() is [var known, ..] ? known.Index : null;
    }

    private static string Labelled(string label, string text) => string.IsNullOrWhiteSpace(text) ? "" : $"{label}:\n{text}";
}
