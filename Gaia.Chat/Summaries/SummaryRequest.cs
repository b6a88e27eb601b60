using Gaia.Chat.Usage;

namespace Gaia.Chat.Summaries;

/// <summary>A conversation that takes most of its model's window.</summary>
/// <param name="Source">Who pays for the summary: whoever made the conversation so long.</param>
/// <param name="Room">How many tokens its turns may take of the window.</param>
internal sealed record SummaryRequest(Guid ConversationId, UsageSource Source, int Room)
{
    /// <summary>How many tokens of turns are left as they are, the latest.</summary>
    public int Kept => Room / 2;

    /// <summary>Whether turns of so many tokens are to be summarized before the next ones are left out.</summary>
    public static bool IsDue(int tokens, int room) => tokens > room * 3 / 4;
}
