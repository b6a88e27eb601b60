using System.Text.Json.Serialization;
using Gaia.Personas;

namespace Gaia.Chat.Characters;

/// <summary>What of a character card the model is given, before macros are replaced. Creator, tags, notes and version are no part of it.</summary>
/// <param name="Name">As the card has it.</param>
/// <param name="Nickname">What <c>{{char}}</c> stands for, where it is not the name.</param>
/// <param name="Examples">Conversations that show how the character speaks.</param>
/// <param name="SystemPrompt">Empty where the default one is to be used.</param>
/// <param name="PostHistoryInstructions">Empty where the default ones are to be used.</param>
/// <param name="Greetings">What the character can say first: <c>first_mes</c>, then the alternate greetings.</param>
internal sealed record Character(
    string Name,
    string? Nickname,
    string Description,
    string Personality,
    string Scenario,
    string Examples,
    string SystemPrompt,
    string PostHistoryInstructions,
    IReadOnlyList<string> Greetings,
    Lorebook? Book)
{
    public const int DescriptionLimit = 4_000;
    public const int PromptLimit = 32_000;

    /// <summary>The description that its persona is shown with.</summary>
    [JsonIgnore]
    public string ShownDescription => Begin(Description, DescriptionLimit);

    /// <summary>The system prompt that its persona is shown with: the card's own, or all that describes the character.</summary>
    [JsonIgnore]
    public string ShownPrompt => (SystemPrompt.Length > 0 ? SystemPrompt : string.Join("\n\n", Definition.Where(part => part.Length > 0))) switch
    {
        "" => "You are {{char}}.",
        var prompt => Begin(prompt, PromptLimit),
    };

    /// <summary>Whether there is anything that a model could speak by.</summary>
    [JsonIgnore]
    public bool IsEmpty => SystemPrompt.Length + Examples.Length + Definition.Sum(part => part.Length) + Greetings.Count + (Book?.Entries.Count ?? 0) == 0;

    private string[] Definition => [Description, Personality, Scenario];

    /// <param name="persona">The persona that the character became.</param>
    /// <param name="user">What the user is called.</param>
    public Macros MacrosFor(PersonaView persona, string user) => new(Nickname ?? persona.Name, user, persona.Id.ToString());

    // Half a surrogate pair is no character.
    private static string Begin(string text, int limit) => text.Length <= limit ? text : text[..(char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit)];
}
