using Microsoft.Extensions.AI;

namespace Gaia.Chat.Characters;

/// <summary>What user and character have said until now, as lorebooks search it.</summary>
internal sealed class ChatHistory
{
    // Newest first; more than this is not searched.
    private const int MaximumLength = 100_000;

    private readonly IReadOnlyList<ChatMessage> messages;
    private readonly Dictionary<int, string> texts = [];

    public ChatHistory(IEnumerable<ChatMessage> messages)
    {
        this.messages = [.. messages.Where(IsSaid)];
        Answers = this.messages.Count(m => m.Role == ChatRole.Assistant);
    }

    /// <summary>How often the character has spoken.</summary>
    public int Answers { get; }

    /// <summary>Whether it counts as a message of the chat: what the system and tools say does not.</summary>
    public static bool IsSaid(ChatMessage message) => message.Role == ChatRole.User || message.Role == ChatRole.Assistant;

    /// <summary>The latest messages.</summary>
    /// <param name="depth">How many; null for all.</param>
    public string Latest(int? depth)
    {
        var count = Math.Clamp(depth ?? messages.Count, 0, messages.Count);
        if (texts.TryGetValue(count, out var known))
        {
            return known;
        }

        var left = MaximumLength;
        var latest = new List<string>();
        for (var i = messages.Count - 1; i >= messages.Count - count && left > 0; i--)
        {
            var text = messages[i].Text;
            latest.Add(text.Length <= left ? text : text[^left..]);
            left -= text.Length;
        }

        latest.Reverse();
        return texts[count] = string.Join('\n', latest);
    }

    /// <summary>As it was each time the user had spoken before now, newest first.</summary>
    /// <param name="count">How many there may be.</param>
    public IEnumerable<ChatHistory> Earlier(int count)
    {
        var ends = Enumerable.Range(1, messages.Count).Where(end => messages[end - 1].Role == ChatRole.User).ToList();
        return ends.SkipLast(1).Reverse().Take(count).Select(end => new ChatHistory(messages.Take(end)));
    }
}
