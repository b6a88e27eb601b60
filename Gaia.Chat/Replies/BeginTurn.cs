using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Events;
using Gaia.Chat.Prompts;
using Gaia.Chat.Errors;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>Takes a question in: finds who answers and what was said before, and stores it.</summary>
internal sealed class BeginTurn(ChatDb db, ResponderResolver responders, Budget budget, ChatEvents events, TimeProvider clock)
{
    // Far more than fits into the window of any model that is spoken to message by message.
    private const int HistoryLimit = 400;

    /// <param name="mustExist">An unknown conversation is an error, not a new one.</param>
    /// <exception cref="ChatException">It cannot be answered as it is.</exception>
    public async Task<ConversationTurn> Open(ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct)
    {
        var conversation = await Find(request.ConversationId, mustExist, user, ct);
        var isNew = conversation is null;
        var responder = await responders.Find(request.Model, request.PersonaId ?? conversation?.PersonaId, user, ct);

        var said = CompletionReading.Messages(request.Messages ?? [CompletionMessage.FromUser(request.Message!)]);
        var isWhole = request.Messages is { Count: > 1 };
        var history = isWhole || conversation is null ? [] : await History(conversation.Id, ct);
        var options = new ChatOptions { Temperature = request.Temperature, MaxOutputTokens = request.MaxTokens };
        IReadOnlyList<ChatMessage> whole = responder.Persona is { } persona ? [PersonaPrompt.Of(persona), .. history, .. said] : [.. history, .. said];
        var prompt = ContextWindow.Fit(whole, responder.Candidates[0], options.MaxOutputTokens);

        var reservation = await budget.Reserve(user.Id!.Value, responder, prompt, options, ct);
        var now = clock.GetUtcNow();
        if (conversation is null)
        {
            conversation = new Conversation { OwnerId = user.Id!.Value, PersonaId = request.PersonaId, CreatedAt = now, UpdatedAt = now };
            db.Add(conversation);
        }

        // Of a conversation that is known already, the caller repeats all but the last message.
        var added = (isNew ? said : said[^1..]).Where(IsKept).Select(m => Row(conversation.Id, m, now)).ToList();
        db.AddRange(added);

        // A caller who leaves is no reason to give up any more: what is held of the budget is given back by what follows.
        await db.SaveChangesAsync(CancellationToken.None);

        var turn = new ConversationTurn(
            conversation.Id, isNew, user.Id!.Value, requestId, added.LastOrDefault()?.Content ?? "", [.. added.Select(m => m.Id)], responder, prompt, options, reservation);
        events.Started(turn);
        return turn;
    }

    private async Task<Conversation?> Find(string? id, bool mustExist, CurrentUser user, CancellationToken ct)
    {
        var found = Guid.TryParse(id, out var guid)
            ? await db.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == guid && c.OwnerId == user.Id, ct)
            : null;
        return found is null && mustExist && !string.IsNullOrEmpty(id) ? throw ChatException.NotFound("Conversation") : found;
    }

    private async Task<List<ChatMessage>> History(Guid conversation, CancellationToken ct)
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

    private static bool IsKept(ChatMessage message) => (message.Role == ChatRole.User || message.Role == ChatRole.Assistant) && message.Text.Length > 0;

    private static Message Row(Guid conversation, ChatMessage message, DateTimeOffset now) =>
        new() { ConversationId = conversation, Role = message.Role.Value, Content = message.Text, CreatedAt = now };
}
