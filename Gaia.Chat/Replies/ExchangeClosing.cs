using Gaia.Chat.Conversations;
using Gaia.Chat.Events;
using Gaia.Chat.Refusals;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Chat.Replies;

/// <summary>Ends an exchange. It has a scope of its own, as the request may be gone by then.</summary>
internal sealed class ExchangeClosing(IServiceScopeFactory scopes, ChatEvents events, TimeProvider clock)
{
    // An answer that was paid for outlasts a restart of Postgres.
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Stores what was answered, also when it is not all that the model would have said, and what it took.</summary>
    public async Task Store(Exchange exchange, Consumption consumption, ChatRefusal? failure = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreOnce(exchange, consumption);
                break;
            }
            catch (Exception e) when (attempt < Attempts && e is NpgsqlException { IsTransient: true } or { InnerException: NpgsqlException { IsTransient: true } })
            {
                await Task.Delay(Pause, clock);
            }
        }

        if (failure is null)
        {
            events.Completed(exchange, consumption);
        }
        else
        {
            events.Failed(exchange, failure);
        }
    }

    /// <summary>Takes a question back that nobody answered: its sender will ask it again.</summary>
    /// <param name="taken">What it took all the same, if anything.</param>
    public async Task Withdraw(Exchange exchange, ChatRefusal failure, Consumption? taken = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        await (exchange.IsNew
            ? db.Conversations.Where(c => c.Id == exchange.ConversationId).ExecuteDeleteAsync()
            : db.Messages.Where(m => exchange.Stored.Contains(m.Id)).ExecuteDeleteAsync());
        if (taken is null)
        {
            await db.Release(exchange.Hold);
        }
        else
        {
            Record(db, exchange, taken);
            await db.SaveChangesAsync();
        }

        events.Failed(exchange, failure);
    }

    private async Task StoreOnce(Exchange exchange, Consumption consumption)
    {
        // Postgres stores every character but this one, and no model means it.
        var text = consumption.Text.Replace("\0", "", StringComparison.Ordinal);
        var (tokens, now) = (consumption.Tokens, clock.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();

        Record(db, exchange, consumption);
        if (await db.Conversations.SingleOrDefaultAsync(c => c.Id == exchange.ConversationId) is { } conversation && text.Length > 0)
        {
            conversation.UpdatedAt = now;
            conversation.Title ??= Headline.TitleOf(exchange.Question);
            conversation.Preview ??= Headline.PreviewOf(text);
            db.Add(new Message
            {
                ConversationId = conversation.Id,
                Role = "assistant",
                Content = text,
                Model = consumption.Model.Id,
                Provider = consumption.Model.Provider.Name,
                TokensUsed = (int)tokens.TotalTokens,
                CreatedAt = now,
            });
        }

        await db.SaveChangesAsync();
    }

    private void Record(ChatDb db, Exchange exchange, Consumption taken) =>
        db.Put(taken.Record(exchange.UserId, exchange.Part.Persona?.Id, exchange.Hold, clock.GetUtcNow()), exchange.Hold);
}
