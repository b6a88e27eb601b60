using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Errors;
using Gaia.Chat.Events;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Summaries;
using Gaia.Chat.Usage;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gaia.Chat.Replies;

/// <summary>Ends a turn of a conversation. It has a service scope of its own, as the request may be over by then.</summary>
internal sealed class EndTurn(
    IServiceScopeFactory scopes, ConversationSummarizer summarizer, ChatEvents events, UsageSignal recorded, IOptions<JournalOptions> journal, TimeProvider clock)
{
    // An answer that was paid for must survive a restart of Postgres.
    private const int MaxAttempts = 10;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Stores the answer, also an incomplete one, and what the call took.</summary>
    /// <param name="error">Why the answer is incomplete; null when it is complete or was stopped.</param>
    /// <param name="record">Records the response of an idempotency key in the same transaction.</param>
    public async Task CompleteAsync(ConversationTurn turn, Answer answer, ChatException? error = null, Func<ChatDb, Task>? record = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreAsync(turn, answer, error, record);
                break;
            }
            catch (Exception e) when (attempt < MaxAttempts && e is NpgsqlException { IsTransient: true } or { InnerException: NpgsqlException { IsTransient: true } })
            {
                await Task.Delay(RetryDelay, clock);
            }
        }

        recorded.Set();
        if (turn.Summary is { } due)
        {
            summarizer.Request(due);
        }

        var now = clock.GetUtcNow();
        if (error is null)
        {
            var usage = answer.Usage;
            events.Publish(new MessageCompletion(
                turn.RequestId, turn.ConversationId, turn.UserId, turn.PersonaId, usage.Model.Id, usage.Tokens.PromptTokens, usage.Tokens.CompletionTokens, now));
        }
        else
        {
            events.Publish(new MessageFailure(turn.RequestId, turn.ConversationId, turn.UserId, error.Code, now));
        }
    }

    /// <summary>Removes the user's message that no provider answered: its sender, who gets the error, sends it again.</summary>
    public async Task AbortAsync(ConversationTurn turn, ChatException error)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await RemoveAsync(db, turn);
            await db.ReleaseAsync(turn.Inference.Reservation);
            db.Record(new MessageFailed(turn.RequestId, turn.ConversationId, turn.UserId, error.Code));
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        events.Publish(new MessageFailure(turn.RequestId, turn.ConversationId, turn.UserId, error.Code, clock.GetUtcNow()));
    }

    /// <summary>Removes a turn that another request with its idempotency key has answered; what its call took was taken nevertheless.</summary>
    public async Task DiscardAsync(ConversationTurn turn, TokenUsage usage)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await RemoveAsync(db, turn);
        db.Put(turn.Inference.Record(usage, clock.GetUtcNow()), turn.Inference.Reservation);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        recorded.Set();
    }

    private static async Task RemoveAsync(ChatDb db, ConversationTurn turn)
    {
        if (!turn.IsNew)
        {
            await db.Messages.Where(m => turn.Stored.Contains(m.Id)).ExecuteDeleteAsync();
        }
        else if (await db.Conversations.Where(c => c.Id == turn.ConversationId).ExecuteDeleteAsync() > 0)
        {
            db.Record(new ConversationDeleted(turn.ConversationId, turn.UserId));
        }
    }

    private async Task StoreAsync(ConversationTurn turn, Answer answer, ChatException? error, Func<ChatDb, Task>? record)
    {
        var (usage, calls) = (answer.Usage, answer.ToolCalls);

        // Postgres stores every character but this one, and no model means it.
        var text = usage.Text.Replace("\0", "", StringComparison.Ordinal);
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();

        db.Put(turn.Inference.Record(usage, now), turn.Inference.Reservation);
        if (await db.Conversations.SingleOrDefaultAsync(c => c.Id == turn.ConversationId) is { } conversation && (text.Length > 0 || calls.Count > 0))
        {
            conversation.UpdatedAt = now;
            conversation.Title ??= ConversationListing.TitleOf(turn.Message);
            conversation.Preview ??= text.Length > 0 ? ConversationListing.PreviewOf(text) : null;
            db.Add(new Message
            {
                ConversationId = conversation.Id,
                Role = "assistant",
                Content = text,
                Json = calls.Count > 0 ? MessageJson.Write(CompletionReader.Message(CallsOf(text, calls))).Json : null,
                Model = usage.Model.Id,
                Provider = usage.Model.Provider.Name,
                TokensUsed = (int)usage.Tokens.TotalTokens,
                CreatedAt = now,
            });
        }

        if (error is null)
        {
            db.Record(new MessageCompleted(
                turn.RequestId, turn.ConversationId, turn.UserId, turn.PersonaId, usage.Model.Id, usage.Tokens.PromptTokens, usage.Tokens.CompletionTokens,
                journal.Value.Text ? text : null));
        }
        else
        {
            db.Record(new MessageFailed(turn.RequestId, turn.ConversationId, turn.UserId, error.Code));
        }

        if (record is null)
        {
            await db.SaveChangesAsync();
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.SaveChangesAsync();
        await record(db);
        await transaction.CommitAsync();
    }

    private static CompletionMessage CallsOf(string text, IReadOnlyList<CompletionToolCall> calls) =>
        (text.Length > 0 ? CompletionMessage.Create("assistant", text) : new("assistant")) with { ToolCalls = calls };
}
