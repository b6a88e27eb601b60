using Gaia.Chat.Conversations;
using Gaia.Chat.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Summaries;

/// <summary>The summary of a conversation, for its owner.</summary>
internal static class SummaryEndpoints
{
    public const string Route = "/api/v1/conversations/{id}/summary";

    public static void MapSummaries(this IEndpointRouteBuilder routes)
    {
        var summary = routes.MapGroup(Route).WithTags("Conversations").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        summary.MapGet("", Get).WithName("GetConversationSummary").WithSummary("Get the summary of a conversation")
            .WithDescription("Shows the summary that stands for the old turns of a long conversation.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no conversation of this id, or it has no summary.");
        summary.MapDelete("", Delete).WithName("DeleteConversationSummary").WithSummary("Delete the summary of a conversation")
            .WithDescription("Deletes the summary of a conversation. The turns that it covered are not summarized again; their messages stay.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no conversation of this id, or it has no summary.");
    }

    private static async Task<SummaryView> Get(Guid id, CurrentUser user, ChatDb db, CancellationToken ct) =>
        await Own(db, id, user)
            .Where(c => c.Summary != null)
            .Select(c => new SummaryView(
                c.Id, c.Summary!, c.SummaryModel!, db.Messages.Count(m => m.ConversationId == c.Id && m.Sequence <= c.SummarizedUntil), c.SummarizedAt!.Value))
            .SingleOrDefaultAsync(ct)
        ?? throw ChatException.NotFound("Summary");

    /// <summary>What it covered stays forgotten: later summaries begin after it.</summary>
    private static async Task<NoContent> Delete(Guid id, CurrentUser user, ChatDb db, CancellationToken ct) =>
        await Own(db, id, user)
            .Where(c => c.Summary != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(c => c.Summary, (string?)null).SetProperty(c => c.SummaryModel, (string?)null).SetProperty(c => c.SummarizedAt, (DateTimeOffset?)null), ct) is 0
            ? throw ChatException.NotFound("Summary")
            : TypedResults.NoContent();

    private static IQueryable<Conversation> Own(ChatDb db, Guid id, CurrentUser user) => db.Conversations.Where(c => c.Id == id && c.OwnerId == user.Id);
}

/// <param name="MessageCount">How many messages it stands for, the first ones of the conversation.</param>
internal sealed record SummaryView(Guid ConversationId, string Summary, string Model, int MessageCount, DateTimeOffset CreatedAt);
