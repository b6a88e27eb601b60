using System.ComponentModel.DataAnnotations;

namespace Gaia.Chat.Summaries;

/// <summary>Whether and by whom the old turns of long conversations are summarized.</summary>
internal sealed class SummaryOptions
{
    public const string Section = "Summaries";

    /// <summary><c>CONVERSATION_SUMMARIES</c>: otherwise old turns are left out once a conversation no longer fits into its model's window.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Who writes the summaries; unless told, the cheapest model.</summary>
    public string? Model { get; set; }

    /// <summary>How many tokens a summary may have.</summary>
    [Range(50, 10_000)]
    public int Tokens { get; set; } = 500;
}
