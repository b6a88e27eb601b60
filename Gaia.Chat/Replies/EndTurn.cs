using Gaia.Chat.Conversations;
using Gaia.Chat.Events;
using Gaia.Chat.Errors;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Chat.Replies;

/// <summary>Ends an turn. It has a scope of its own, as the request may be gone by then.</summary>
internal sealed class EndTurn(IServiceScopeFactory scopes, ChatEvents events, TimeProvider clock)
{
    // An answer that was paid for outlasts a restart of Postgres.
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Stores what was answered, also when it is not all that the model would have said, and what it took.</summary>
    public async Task Store(ConversationTurn turn, TokenUsage usage, ChatException? failure = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreOnce(turn, usage);
                break;
            }
            catch (Exception e) when (attempt < Attempts && e is NpgsqlException { IsTransient: true } or { InnerException: NpgsqlException { IsTransient: true } })
            {
                await Task.Delay(Pause, clock);
            }
        }

        if (failure is null)
        {
            events.Completed(turn, usage);
        }
        else
        {
            events.Failed(turn, failure);
        }
    }

    /// <summary>Takes a question back that nobody answered: its sender will ask it again.</summary>
    /// <param name="taken">What it took all the same, if anything.</param>
    public async Task Withdraw(ConversationTurn turn, ChatException failure, TokenUsage? taken = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        await (turn.IsNew
            ? db.Conversations.Where(c => c.Id == turn.ConversationId).ExecuteDeleteAsync()
            : db.Messages.Where(m => turn.Stored.Contains(m.Id)).ExecuteDeleteAsync());
        if (taken is null)
        {
            await db.Release(turn.Reservation);
        }
        else
        {
            Record(db, turn, taken);
            await db.SaveChangesAsync();
        }

        events.Failed(turn, failure);
    }

    private async Task StoreOnce(ConversationTurn turn, TokenUsage usage)
    {
        // Postgres stores every character but this one, and no model means it.
        var text = usage.Text.Replace("\0", "", StringComparison.Ordinal);
        var (tokens, now) = (usage.Tokens, clock.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();

        Record(db, turn, usage);
        if (await db.Conversations.SingleOrDefaultAsync(c => c.Id == turn.ConversationId) is { } conversation && text.Length > 0)
        {
            conversation.UpdatedAt = now;
            conversation.Title ??= ConversationSummary.TitleOf(turn.Question);
            conversation.Preview ??= ConversationSummary.PreviewOf(text);
            db.Add(new Message
            {
                ConversationId = conversation.Id,
                Role = "assistant",
                Content = text,
                Model = usage.Model.Id,
                Provider = usage.Model.Provider.Name,
                TokensUsed = (int)tokens.TotalTokens,
                CreatedAt = now,
            });
        }

        await db.SaveChangesAsync();
    }

    private void Record(ChatDb db, ConversationTurn turn, TokenUsage taken) =>
        db.Put(taken.Record(turn.UserId, turn.Responder.Persona?.Id, turn.Reservation, clock.GetUtcNow()), turn.Reservation);
}
