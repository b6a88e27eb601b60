using Gaia.Chat.Conversations;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Summaries;

/// <summary>What a model is asked when it summarizes, and how others are told what it wrote.</summary>
internal static class SummaryPrompt
{
    private const string Instructions =
        "You keep the memory of a conversation. Summarize it for the assistant who will continue it without having read it: what happened in the order in which it "
        + "happened, what is known about the user, names, wishes, promises, decisions and open questions. Keep what the earlier summary says unless it was revised. "
        + "Write in the language of the conversation. Answer with the summary alone.";

    /// <param name="earlier">The summary of all before the turns; null when there is none.</param>
    /// <param name="turns">Oldest first.</param>
    public static IReadOnlyList<ChatMessage> Create(string? earlier, IEnumerable<string> turns) =>
    [
        new(ChatRole.System, Instructions),
        new(ChatRole.User, $"{(earlier is null ? "" : $"Summary until now:\n{earlier}\n\n")}Conversation:\n\n{string.Join("\n\n", turns)}"),
    ];

    /// <summary>Tells a summary to the model that continues the conversation.</summary>
    public static ChatMessage Tell(string summary) => new(ChatRole.System, $"Summary of the earlier conversation:\n{summary}");

    /// <summary>A turn as text, its middle left out when it is too long.</summary>
    public static string Write(IEnumerable<StoredMessage> turn, int tokens)
    {
        var text = string.Join('\n', turn.Select(m => $"{m.Message.Role.Value}: {string.Join(' ', m.Message.Contents.Select(Describe))}"));
        return TokenEstimate.Of(text) <= tokens ? text : $"{Cut(text, tokens / 2)} […] {Cut(text, -tokens / 2)}";
    }

    // A character has at most one token, as far as tokens are estimated.
    private static string Cut(string text, int length)
    {
        var (start, end) = length >= 0 ? (0, length) : (text.Length + length, text.Length);

        // Half a surrogate pair is no character.
        start += start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
        end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        return text[start..end];
    }

    private static string Describe(AIContent content) => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => $"[calls {call.Name}({string.Join(", ", call.Arguments?.Select(a => $"{a.Key}: {a.Value}") ?? [])})]",
        FunctionResultContent result => $"{result.Result}",
        DataContent or UriContent => "[an image]",
        _ => "",
    };
}
