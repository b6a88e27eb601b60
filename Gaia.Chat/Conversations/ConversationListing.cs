namespace Gaia.Chat.Conversations;

/// <summary>How a conversation is shown in a list, from its first exchange.</summary>
internal static class ConversationListing
{
    private const int TitleLength = 60;
    private const int PreviewLength = 160;

    public static string TitleOf(string question) => Shorten(question, TitleLength) is { Length: > 0 } title ? title : Conversation.Untitled;

    public static string PreviewOf(string answer) => Shorten(answer, PreviewLength);

    /// <summary>On one line, cut between two words where there is a gap in the last third.</summary>
    private static string Shorten(string text, int limit)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= limit)
        {
            return line;
        }

        var gap = line.LastIndexOf(' ', limit - 1);
        var end = gap > limit * 2 / 3 ? gap : limit - 1;

        // Half a surrogate pair is no character.
        return $"{line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)]}…";
    }
}
