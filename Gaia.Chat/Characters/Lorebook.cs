using Microsoft.Extensions.AI;

namespace Gaia.Chat.Characters;

/// <summary>What a character knows about, told to the model when the conversation comes to it.</summary>
/// <param name="ScanDepth">How many of the latest messages are searched for keys; null for all.</param>
/// <param name="TokenBudget">How many tokens the entries of one prompt may have; null where the card leaves it to the program.</param>
/// <param name="IsRecursive">Whether an entry that was found is searched for the keys of others.</param>
internal sealed record Lorebook(int? ScanDepth, int? TokenBudget, bool IsRecursive, IReadOnlyList<LoreEntry> Entries);

/// <param name="Order">The lower, the earlier in the prompt.</param>
/// <param name="Priority">The lower, the sooner it gives way when the budget is spent.</param>
/// <param name="SecondaryKeys">One of them must be found too; empty where they do not matter.</param>
/// <param name="Settings">What the decorators of the content say.</param>
internal sealed record LoreEntry(
    string Content,
    IReadOnlyList<string> Keys,
    IReadOnlyList<string> SecondaryKeys,
    double Order,
    double? Priority,
    bool IsCaseSensitive,
    bool IsRegex,
    bool IsConstant,
    LorePosition Position,
    LoreDecorators Settings)
{
    private LorePatterns? patterns;

    /// <summary>The keys as regular expressions. Compiled once, as the cache hands out the same entry.</summary>
    public LorePatterns Patterns() => patterns ??= new(this);
}

internal enum LorePosition
{
    BeforeCharacter,
    AfterCharacter,
    BeforeDescription,
    AfterDescription,
    Personality,
    Scenario,
}

/// <summary>Source: kwaroran/character-card-spec-v3, "Decorators".</summary>
internal sealed record LoreDecorators
{
    public int? OnlyAfter { get; set; }

    public int? OnlyEvery { get; set; }

    public bool KeepsAfterMatch { get; set; }

    public bool StopsAfterMatch { get; set; }

    /// <summary>Before which message it stands, counted from the latest, which is 1; 0 is after it.</summary>
    public int? Depth { get; set; }

    /// <summary>The same counted from the oldest.</summary>
    public int? ReverseDepth { get; set; }

    /// <summary>Null for the system.</summary>
    public string? Role { get; set; }

    public int? ScanDepth { get; set; }

    public int? Greeting { get; set; }

    public LorePosition? Position { get; set; }

    /// <summary>Gives way first when the prompt does not fit into the model's window.</summary>
    public bool IsOptional { get; set; }

    public List<IReadOnlyList<string>> AdditionalKeys { get; set; } = [];

    public IReadOnlyList<string> ExcludeKeys { get; set; } = [];

    public bool IsNeverActive { get; set; }

    public bool IsAlwaysActive { get; set; }

    /// <summary>Which part of the prompt is left out.</summary>
    public string? DisabledPrompt { get; set; }

    public ChatRole ChatRole() => Role switch
    {
        "user" => Microsoft.Extensions.AI.ChatRole.User,
        "assistant" => Microsoft.Extensions.AI.ChatRole.Assistant,
        _ => Microsoft.Extensions.AI.ChatRole.System,
    };
}
