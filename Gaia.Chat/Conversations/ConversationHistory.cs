using Gaia.Chat.Completions;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Conversations;

/// <summary>Reads what was said in a conversation as a model is told it.</summary>
internal sealed class ConversationHistory(ChatDb db)
{
    // Far more than fits into the context window of any model that is spoken to message by message.
    private const int MessageLimit = 400;

    /// <summary>Bytes of images that one prompt repeats, the latest first: in base64 about as much as a request may hold.</summary>
    private const int ImageLimit = 12 * 1024 * 1024;

    /// <param name="conversation">Whose.</param>
    /// <param name="after">The sequence of the last message that is left out; 0 to begin with the first one.</param>
    /// <param name="withImages">Whether the images that came inside messages are read as well.</param>
    /// <param name="ct">Ends the queries.</param>
    public async Task<IReadOnlyList<StoredMessage>> LoadAsync(Guid conversation, long after, bool withImages, CancellationToken ct)
    {
        var rows = await db.Messages
            .Where(m => m.ConversationId == conversation && m.Sequence > after)
            .OrderByDescending(m => m.Sequence)
            .Take(MessageLimit)
            .Select(m => new { m.Id, m.Sequence, m.Role, m.Content, m.Json })
            .ToListAsync(ct);
        rows.Reverse();
        var images = await LoadImagesAsync([.. rows.Where(row => withImages && row.Json is not null && MessageJson.HasImages(row.Json)).Select(row => row.Id)], ct);
        return [.. rows.Select(row => new StoredMessage(row.Sequence, row.Json is null
            ? new ChatMessage(new(row.Role), row.Content)
            : CompletionReader.Message(MessageJson.Read(row.Json, index => images.GetValueOrDefault((row.Id, index))))))];
    }

    /// <param name="messages">Whose images, oldest first.</param>
    private async Task<Dictionary<(Guid Message, int Index), string>> LoadImagesAsync(Guid[] messages, CancellationToken ct)
    {
        if (messages is [])
        {
            return [];
        }

        var sizes = await db.MessageImages.Where(i => messages.Contains(i.MessageId)).Select(i => new { i.MessageId, i.Index, Size = i.Bytes.Length }).ToListAsync(ct);
        var left = ImageLimit;
        HashSet<Guid> shown = [];
        foreach (var message in sizes.GroupBy(i => i.MessageId, i => i.Size).OrderByDescending(message => Array.IndexOf(messages, message.Key)))
        {
            left -= message.Sum();
            if (left < 0)
            {
                break;
            }

            shown.Add(message.Key);
        }

        var loaded = await db.MessageImages.AsNoTracking().Where(i => shown.Contains(i.MessageId)).ToListAsync(ct);
        return loaded.ToDictionary(i => (i.MessageId, i.Index), i => i.DataUrl);
    }
}

/// <param name="Sequence">Its place in the conversation.</param>
internal readonly record struct StoredMessage(long Sequence, ChatMessage Message);
