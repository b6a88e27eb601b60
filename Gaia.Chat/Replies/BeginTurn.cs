using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Errors;
using Gaia.Chat.Events;
using Gaia.Chat.Inference;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Summaries;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>Begins a turn of a conversation: the user's message is stored before any model is asked.</summary>
internal sealed class BeginTurn(
    ChatDb db,
    ResponderResolver responders,
    PersonaGreetings greetings,
    ConversationHistory histories,
    InferencePipeline pipeline,
    ChatEvents events,
    TimeProvider clock)
{
    /// <param name="mustExist">An unknown conversation is an error, not a new one.</param>
    /// <exception cref="ChatException">The request cannot be answered.</exception>
    public async Task<ConversationTurn> HandleAsync(ReplyRequest request, bool mustExist, string requestId, CurrentUser user, CancellationToken ct)
    {
        var conversation = await FindAsync(request.ConversationId, mustExist, user, ct);
        var isNew = conversation is null;
        var completion = CompletionRequest.With(request) with { MaxTokens = null };
        var responder = CompletionSupport.Restrict(await responders.FindAsync(request.Model, request.PersonaId ?? conversation?.PersonaId, user, ct), completion);

        var said = CompletionReader.Messages(request.Messages ?? [CompletionMessage.Create("user", request.Message!)]);
        var isResult = said[0].Role == ChatRole.Tool;
        var isWhole = said.Count > 1 && !isResult;
        IReadOnlyList<StoredMessage> stored =
            isWhole || conversation is null ? [] : await histories.LoadAsync(conversation.Id, conversation.SummarizedUntil, withImages: true, ct);
        List<ChatMessage> history = [.. stored.Select(m => m.Message)];
        if (isResult)
        {
            ToolResults.Check(history, said);
        }

        var greeting = isWhole || history.Count > 0 ? null : await greetings.ChooseAsync(responder.Persona, wish: null, ct);
        IReadOnlyList<ChatMessage> first = greeting is { } begun ? [new(ChatRole.Assistant, begun.Text)] : [];
        IReadOnlyList<ChatMessage> earlier = !isWhole && conversation?.Summary is { } summary ? [SummaryPrompt.Tell(summary)] : [];
        IReadOnlyList<ChatMessage> turns = isWhole ? said : [.. first, .. ToolResults.Complete([.. history, .. said])];
        var options = CompletionOptions.Of(completion, responder);
        options.MaxOutputTokens ??= request.MaxTokens;
        var inference = await pipeline.PrepareAsync(user.Id!.Value, responder, [.. earlier, .. turns], options, ct, greeting: greeting?.Index ?? conversation?.Greeting);

        var now = clock.GetUtcNow();
        if (conversation is null)
        {
            conversation = new Conversation { OwnerId = user.Id!.Value, PersonaId = request.PersonaId, Greeting = greeting?.Index, CreatedAt = now, UpdatedAt = now };
            db.Add(conversation);
            db.Record(new ConversationCreated(conversation.Id, conversation.OwnerId, conversation.PersonaId));
        }

        var added = first.Concat(isNew || isResult ? said : LatestOf(said)).Select((m, index) => Row(conversation.Id, m, now, index)).OfType<Message>().ToList();
        db.AddRange(added);

        // Not cancelled with the caller: what follows releases the reservation.
        await db.SaveChangesAsync(CancellationToken.None);

        var room = ContextWindow.RoomForTurns(inference.Prompt, responder.Candidates[0], options.MaxOutputTokens);
        var turn = new ConversationTurn(conversation.Id, isNew, requestId, said.LastOrDefault(m => m.Role == ChatRole.User)?.Text ?? "", [.. added.Select(m => m.Id)], inference)
        {
            Summary = !isWhole && SummaryRequest.IsDue(turns.Sum(TokenEstimate.Of), room) ? new(conversation.Id, inference.Source, room) : null,
        };
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

    /// <summary>What is not stored yet: of a known conversation the caller repeats all but the last message, or the results of tools.</summary>
    private static List<ChatMessage> LatestOf(List<ChatMessage> said) => said[^1].Role == ChatRole.Tool ? said[(said.FindLastIndex(m => m.Role != ChatRole.Tool) + 1)..] : said[^1..];

    /// <returns>Null for a message that is not stored: instructions hold for one request, and what is empty says nothing.</returns>
    private static Message? Row(Guid conversation, ChatMessage message, DateTimeOffset now, int index)
    {
        var (json, images) = MessageJson.Write(message);
        var text = message.Role == ChatRole.Tool ? string.Concat(message.Contents.OfType<FunctionResultContent>().Select(result => result.Result)) : message.Text;
        return message.Role == ChatRole.System || text.Length == 0 && json is null ? null : new()
        {
            // Rows are inserted, and so numbered, in the order of their ids; ids of one millisecond have none.
            Id = Guid.CreateVersion7(now.AddMilliseconds(index)),
            ConversationId = conversation,
            Role = message.Role.Value,
            Content = text,
            Json = json,
            Images = images,
            CreatedAt = now,
        };
    }
}
