using Gaia.Chat.Errors;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Conversations;

/// <summary>Conversations as API version 0.3 has them.</summary>
internal static class LegacyConversations
{
    private const int Limit = 100;

    public static void MapLegacyConversations(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.MapGroup("/api/v0.3/conversations").WithTags("v0.3").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        conversations.MapPost("/", CreateAsync).WithName("CreateConversationV03").WithSummary("Create a conversation").WithDescription("Creates a conversation as version 0.3 of the API has it.");
        conversations.MapGet("/", ListAsync).WithName("ListConversationsV03").WithSummary("List conversations").WithDescription("The caller's own as version 0.3 of the API has them, the last used first.");
    }

    private static async Task<Created<LegacyConversationName>> CreateAsync(
        CurrentUser user, ChatDb db, TimeProvider clock, CancellationToken ct, ConversationDraft? draft = null)
    {
        var now = clock.GetUtcNow();
        var conversation = new Conversation { OwnerId = user.Id!.Value, Title = Conversation.TitleFrom(draft?.Title), CreatedAt = now, UpdatedAt = now };
        db.Add(conversation);
        db.Record(new ConversationCreated(conversation.Id, conversation.OwnerId, PersonaId: null));
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/v1/conversations/{conversation.Id}", new LegacyConversationName(conversation.Id, conversation.Title ?? Conversation.Untitled));
    }

    private static async Task<LegacyConversationList> ListAsync(CurrentUser user, ChatDb db, CancellationToken ct) =>
        new(await db.Conversations
            .Where(c => c.OwnerId == user.Id)
            .OrderByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id)
            .Take(Limit)
            .Select(c => new LegacyConversation(c.Id, c.Title ?? Conversation.Untitled, c.CreatedAt))
            .ToListAsync(ct));
}

internal sealed record LegacyConversationName(Guid ConversationId, string Title);

internal sealed record LegacyConversation(Guid ConversationId, string Title, DateTimeOffset CreatedAt);

internal sealed record LegacyConversationList(IReadOnlyList<LegacyConversation> Conversations);
