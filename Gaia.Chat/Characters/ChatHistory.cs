using Microsoft.Extensions.AI;

namespace Gaia.Chat.Characters;

/// <summary>What user and character have said until now, as lorebooks search it: one text, of which every depth is a part.</summary>
internal sealed class ChatHistory
{
    // Newest first; more than this is not searched.
    private const int MaximumLength = 100_000;

    private readonly string text;
    private readonly int[] starts;
    private readonly bool[] isAnswer;

    public ChatHistory(IEnumerable<ChatMessage> messages)
    {
        var said = messages.Where(IsSaid).Select(m => (m.Role, m.Text)).ToList();
        var left = MaximumLength;
        var latest = new List<string>();
        for (var i = said.Count - 1; i >= 0 && left > 0; i--)
        {
            var one = said[i].Text;
            latest.Add(one.Length <= left ? one : one[^left..]);
            left -= one.Length;
        }

        latest.Reverse();
        text = string.Join('\n', latest);
        starts = new int[said.Count + 1];
        for (var i = said.Count - latest.Count; i < said.Count; i++)
        {
            starts[i + 1] = starts[i] + latest[i - (said.Count - latest.Count)].Length + 1;
        }

        starts[^1] = text.Length;
        isAnswer = [.. said.Select(m => m.Role == ChatRole.Assistant)];
    }

    /// <summary>How many messages there are now.</summary>
    public int Count => isAnswer.Length;

    /// <summary>Whether it counts as a message of the chat: what the system and tools say does not.</summary>
    public static bool IsSaid(ChatMessage message) => message.Role == ChatRole.User || message.Role == ChatRole.Assistant;

    /// <summary>How often the character had spoken.</summary>
    /// <param name="count">When there were so many messages.</param>
    public int Answers(int count) => isAnswer.AsSpan(0, count).Count(true);

    /// <summary>The latest messages.</summary>
    /// <param name="count">When there were so many messages.</param>
    /// <param name="depth">How many of them; null for all.</param>
    public ReadOnlyMemory<char> Latest(int count, int? depth)
    {
        var first = count - Math.Clamp(depth ?? count, 0, count);
        return text.AsMemory(starts[first]..starts[count]);
    }

    /// <summary>How many messages there were each time the user had spoken before now, newest first.</summary>
    public IEnumerable<int> Earlier() => Enumerable.Range(1, Count).Where(count => !isAnswer[count - 1]).SkipLast(1).Reverse();
}
