using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gaia.Chat.Errors;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Alerts;

/// <summary>The alerts that were fired, and whether they arrived.</summary>
internal static class AlertEndpoints
{
    private const int PageLimit = 200;
    private const string NoWebhook = "No webhook is configured: set ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET.";

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/v1/admin/alerts").WithTags("Alerts").RequireScope(Scopes.Admin).AddEndpointFilter<ChatExceptionFilter>();
        alerts.MapGet("", List).WithName("ListAlerts").WithSummary("List alerts").WithDescription("Newest first, in pages, with how far the delivery of each to the webhook is.");
        alerts.MapAlertRules();
        alerts.MapPost("/test", Test).WithName("TestAlerts").WithSummary("Send a test alert").WithDescription("Sends an alert without content to the webhook.")
            .FailsWith(StatusCodes.Status409Conflict, NoWebhook);
        alerts.MapPost("/{id}/replay", Replay).WithName("ReplayAlert").WithSummary("Send an alert again")
            .WithDescription("Sends an alert to the webhook once more, under the same id, and repeats it until it is accepted.")
            .FailsWith(StatusCodes.Status404NotFound, "No alert has this id.")
            .FailsWith(StatusCodes.Status409Conflict, NoWebhook);
    }

    /// <param name="cursor">The last alert of the page before.</param>
    private static async Task<AlertList> List(ChatDb db, Webhook webhook, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, Guid? cursor = null)
    {
        // Ids grow with time: the newest come first.
        var found = await db.Alerts.AsNoTracking().Where(a => cursor == null || a.Id < cursor).OrderByDescending(a => a.Id).Take(limit + 1).ToListAsync(ct);
        return new([.. found.Take(limit).Select(AlertView.Of)], found.Count > limit ? found[limit - 1].Id : null, webhook.Address is { } address ? $"{address.Scheme}://{address.Authority}" : null);
    }

    /// <summary>Fires an alert without content, to test the delivery.</summary>
    private static async Task<AlertView> Test(ChatDb db, CurrentUser user, AlertRecorder recorder, Webhook webhook, CancellationToken ct)
    {
        RequireWebhook(webhook);
        return AlertView.Of(await recorder.FireTestAsync(db, user.Id!.Value, ct));
    }

    /// <summary>Sends an alert to the webhook once more, under the same id and until it is accepted.</summary>
    private static async Task<AlertView> Replay(Guid id, ChatDb db, AlertDispatcher dispatcher, Webhook webhook, TimeProvider clock, CancellationToken ct)
    {
        RequireWebhook(webhook);
        var (next, end) = dispatcher.Schedule(clock.GetUtcNow());
        var found = await db.Alerts.Where(a => a.Id == id).ExecuteUpdateAsync(
            a => a.SetProperty(x => x.NextAttemptAt, next)
                .SetProperty(x => x.GiveUpAt, end)
                .SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(x => x.DeliveredAt, (DateTimeOffset?)null),
            ct);
        if (found is 0)
        {
            throw ChatException.NotFound("Alert");
        }

        dispatcher.Wake();
        return AlertView.Of(await db.Alerts.AsNoTracking().SingleAsync(a => a.Id == id, ct));
    }

    private static void RequireWebhook(Webhook webhook)
    {
        if (webhook.Address is null)
        {
            throw new ChatException(StatusCodes.Status409Conflict, "no_webhook", NoWebhook);
        }
    }
}

/// <param name="Webhook">Where alerts are sent, without the path, which may be a secret; null when nowhere.</param>
internal sealed record AlertList(IReadOnlyList<AlertView> Alerts, Guid? NextCursor, string? Webhook);

/// <param name="Data">What it says.</param>
/// <param name="ResolvedAt">When its reason was gone; null while it is not, and where that is not watched.</param>
/// <param name="Delivery">Of the webhook: <c>none</c>, <c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
internal sealed record AlertView(
    Guid Id, string Type, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, JsonElement Data, string Delivery, int Attempts, DateTimeOffset? NextAttemptAt, DateTimeOffset? DeliveredAt, string? LastError)
{
    public static AlertView Of(Alert alert) => new(
        alert.Id,
        alert.Type,
        alert.FiredAt,
        alert.ResolvedAt,
        alert.Details,
        alert switch { { DeliveredAt: not null } => "delivered", { NextAttemptAt: not null } => "pending", { GiveUpAt: null } => "none", _ => "failed" },
        alert.Attempts,
        alert.NextAttemptAt,
        alert.DeliveredAt,
        alert.LastError);
}
