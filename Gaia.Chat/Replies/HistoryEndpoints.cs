using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Replies;

/// <summary>All that a user has said and was answered, over all conversations.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        var chat = routes.MapGroup("/api/v1/chat").WithTags("Chat").RequireScope(Scopes.Chat);

        chat.MapGet("/status", Status).WithName("GetChatStatus").WithSummary("Get the size of the chat history").WithDescription("Counts the messages of all conversations of the caller.");
        chat.MapDelete("/history", Clear).WithName("ClearChatHistory").WithSummary("Delete the chat history").WithDescription("Deletes all conversations of the caller with their messages.");
    }

    private static async Task<HistoryStatus> Status(CurrentUser user, ChatDb db, CancellationToken ct)
    {
        var own = db.Conversations.Where(c => c.OwnerId == user.Id).Select(c => c.Id);
        var count = await db.Messages.CountAsync(m => own.Contains(m.ConversationId), ct);
        return new(count, count > 0);
    }

    private static async Task<HistoryCleared> Clear(CurrentUser user, ChatDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var deleted = await db.Database.SqlQuery<Guid>($"DELETE FROM conversations WHERE owner_id = {user.Id} RETURNING id AS \"Value\"").ToListAsync(ct);
        foreach (var id in deleted)
        {
            db.Record(new ConversationDeleted(id, user.Id!.Value));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new("success");
    }
}

internal sealed record HistoryStatus(int MessageCount, bool HasHistory);

internal sealed record HistoryCleared(string Status);
