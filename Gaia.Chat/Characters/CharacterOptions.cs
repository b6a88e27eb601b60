using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Characters;

/// <summary>What a model is told of a character whose card leaves it open. Macros such as {{char}} are replaced in all of it.</summary>
internal sealed class CharacterOptions
{
    public const string Section = "Characters";

    /// <summary>How the model is to speak, where a card has no system_prompt of its own; and what {{original}} stands for in one.</summary>
    [StringLength(8_000)]
    public string SystemPrompt { get; set; } =
        "Write {{char}}'s next reply in a conversation between {{char}} and {{user}}. Stay in character and never speak for {{user}}.";

    /// <summary>What follows the conversation, where a card has no post_history_instructions of its own; and what {{original}} stands for in them.</summary>
    [StringLength(8_000)]
    public string PostHistoryInstructions { get; set; } = "";

    /// <summary>What {{user}} stands for, where the user's messages have no name.</summary>
    [Required, StringLength(100)]
    public string UserName { get; set; } = "User";
}
