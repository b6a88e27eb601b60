using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Errors;
using Gaia.Chat.Events;
using Gaia.Chat.Inference;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>Begins a turn of a conversation: the user's message is stored before any model is asked.</summary>
internal sealed class BeginTurn(
    ChatDb db, ResponderResolver responders, PersonaGreetings greetings, InferencePipeline pipeline, ChatEvents events, TimeProvider clock)
{
    // Far more than fits into the context window of any model that is spoken to message by message.
    private const int HistoryLimit = 400;

    /// <param name="mustExist">An unknown conversation is an error, not a new one.</param>
    /// <exception cref="ChatException">The request cannot be answered.</exception>
    public async Task<ConversationTurn> HandleAsync(ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct)
    {
        var conversation = await FindAsync(request.ConversationId, mustExist, user, ct);
        var isNew = conversation is null;
        var responder = await responders.FindAsync(request.Model, request.PersonaId ?? conversation?.PersonaId, user, ct);

        var said = CompletionReader.Messages(request.Messages ?? [CompletionMessage.Create("user", request.Message!)]);
        var isWhole = request.Messages is { Count: > 1 };
        List<ChatMessage> history = isWhole || conversation is null ? [] : await LoadHistoryAsync(conversation.Id, ct);
        var greeting = isWhole || history.Count > 0 ? null : await greetings.ChooseAsync(responder.Persona, wish: null, ct);
        IReadOnlyList<ChatMessage> first = greeting is { } begun ? [new(ChatRole.Assistant, begun.Text)] : [];
        IReadOnlyList<ChatMessage> messages = [.. first, .. history, .. said];
        var options = new ChatOptions { Temperature = request.Temperature, MaxOutputTokens = request.MaxTokens };
        var inference = await pipeline.PrepareAsync(user.Id!.Value, responder, messages, options, ct, greeting: greeting?.Index ?? conversation?.Greeting);

        var now = clock.GetUtcNow();
        if (conversation is null)
        {
            conversation = new Conversation { OwnerId = user.Id!.Value, PersonaId = request.PersonaId, Greeting = greeting?.Index, CreatedAt = now, UpdatedAt = now };
            db.Add(conversation);
        }

        // Of a known conversation the caller repeats all but the last message.
        var added = first.Concat(isNew ? said : said[^1..]).Where(IsStored).Select((m, index) => Row(conversation.Id, m, now, index)).ToList();
        db.AddRange(added);

        // Not cancelled with the caller: what follows releases the reservation.
        await db.SaveChangesAsync(CancellationToken.None);

        var turn = new ConversationTurn(conversation.Id, isNew, requestId, added.LastOrDefault()?.Content ?? "", [.. added.Select(m => m.Id)], inference);
        events.Publish(new MessageStarted(requestId, turn.ConversationId, turn.UserId, turn.PersonaId, responder.Candidates[0].Id, now));
        return turn;
    }

    private async Task<Conversation?> FindAsync(string? id, bool mustExist, CurrentUser user, CancellationToken ct)
    {
        var found = Guid.TryParse(id, out var guid)
            ? await db.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == guid && c.OwnerId == user.Id, ct)
            : null;
        return found is null && mustExist && !string.IsNullOrEmpty(id) ? throw ChatException.NotFound("Conversation") : found;
    }

    private async Task<List<ChatMessage>> LoadHistoryAsync(Guid conversation, CancellationToken ct)
    {
        var rows = await db.Messages
            .Where(m => m.ConversationId == conversation)
            .OrderByDescending(m => m.Sequence)
            .Take(HistoryLimit)
            .Select(m => new { m.Role, m.Content })
            .ToListAsync(ct);
        rows.Reverse();
        return [.. rows.Select(m => new ChatMessage(new ChatRole(m.Role), m.Content))];
    }

    private static bool IsStored(ChatMessage message) => (message.Role == ChatRole.User || message.Role == ChatRole.Assistant) && message.Text.Length > 0;

    private static Message Row(Guid conversation, ChatMessage message, DateTimeOffset now, int index) => new()
    {
        // Rows are inserted, and so numbered, in the order of their ids; ids of one millisecond have none.
        Id = Guid.CreateVersion7(now.AddMilliseconds(index)),
        ConversationId = conversation,
        Role = message.Role.Value,
        Content = message.Text,
        CreatedAt = now,
    };
}
