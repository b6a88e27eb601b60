using System.Text;
using Gaia.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace Gaia.Chat.Alerts;

/// <summary>
/// Publishes alerts on NATS and sends them to the webhook, from their table, so that another node continues when one crashes. One node at a time sends an alert,
/// under a lease; a receiver can get it twice, under the same id, when a node crashes before it has recorded the delivery.
/// </summary>
internal sealed partial class AlertDispatcher(
    IServiceScopeFactory scopes, Webhook webhook, INatsConnection nats, IOptions<AlertOptions> options, TimeProvider clock, ILogger<AlertDispatcher> log)
    : OutboxDispatcher
{
    private const string FiredSubject = "gaia.alert.fired";
    private const string ResolvedSubject = "gaia.alert.resolved";
    private const int Batch = 20;
    private const double Jitter = 0.2;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tried = TimeSpan.FromHours(24);
    private static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(2);

    protected override TimeSpan Interval => options.Value.Interval;

    /// <summary>When an alert of now is to be sent, and until when that is tried; null when no webhook is configured.</summary>
    public (DateTimeOffset? Next, DateTimeOffset? End) Schedule(DateTimeOffset now) => webhook.Address is null ? (null, null) : (now, now + Tried);

    protected override async Task<bool> DispatchAsync(CancellationToken ct)
    {
        // Neither NATS nor the webhook holds up the other.
        await Task.WhenAll(PublishAsync(ct), DeliverAsync(ct));
        return true;
    }

    protected override void OnUnavailable(Exception exception) => LogUnavailable(exception.GetBaseException().Message);

    protected override void OnAvailable() => LogAvailable();

    private async Task DeliverAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        while (webhook.Address is not null && await ClaimAsync(db, ct) is { } alert)
        {
            await SendAsync(db, alert, ct);
        }
    }

    /// <summary>Publishes an alert twice only when a node crashed before it could record that.</summary>
    private async Task PublishAsync(CancellationToken ct)
    {
        if (nats.ConnectionState is not NatsConnectionState.Open)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var alerts = await db.Alerts.FromSql($"SELECT * FROM alerts WHERE published_at IS NULL ORDER BY id LIMIT {Batch} FOR UPDATE SKIP LOCKED").AsNoTracking().ToListAsync(ct);
        if (alerts is [])
        {
            return;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(PublishDeadline);
        foreach (var alert in alerts)
        {
            var subject = alert.Type is Alert.Resolved ? ResolvedSubject : FiredSubject;
            await nats.PublishAsync(subject, Encoding.UTF8.GetBytes(alert.Body), new NatsHeaders { ["Nats-Msg-Id"] = $"{alert.Id}" }, cancellationToken: deadline.Token);
        }

        // Completes once the server has received everything sent before.
        await nats.PingAsync(deadline.Token);
        var (now, ids) = (clock.GetUtcNow(), alerts.Select(alert => alert.Id).ToList());
        await db.Alerts.Where(a => ids.Contains(a.Id)).ExecuteUpdateAsync(a => a.SetProperty(x => x.PublishedAt, now), ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Takes the next alert that is due, for as long as sending it may take. By the clock of the database, which all nodes share.</summary>
    private async Task<Alert?> ClaimAsync(ChatDb db, CancellationToken ct) => (await db.Alerts.FromSql(
        $"""
        UPDATE alerts SET attempts = attempts + 1, lease_until = clock_timestamp() + {options.Value.Lease}
        WHERE id = (
            SELECT id FROM alerts WHERE next_attempt_at <= clock_timestamp() AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *
        """).AsNoTracking().ToListAsync(ct)).SingleOrDefault();

    private async Task SendAsync(ChatDb db, Alert alert, CancellationToken ct)
    {
        var answer = await webhook.SendAsync(alert, ct);
        var now = clock.GetUtcNow();
        var next = answer.IsAccepted || answer.IsGone ? null : NextAttempt(alert, now);

        // A node that took over the lease records the outcome; a replay that was requested meanwhile is kept.
        await db.Alerts.Where(a => a.Id == alert.Id && a.Attempts == alert.Attempts && a.NextAttemptAt == alert.NextAttemptAt).ExecuteUpdateAsync(
            a => a.SetProperty(x => x.NextAttemptAt, next)
                .SetProperty(x => x.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(x => x.DeliveredAt, answer.IsAccepted ? now : null)
                .SetProperty(x => x.LastError, answer.Error),
            CancellationToken.None);
        if (next is null && !answer.IsAccepted)
        {
            LogGivenUp(alert.Id, answer.Error);
        }
    }

    private DateTimeOffset? NextAttempt(Alert alert, DateTimeOffset now)
    {
        // As long as it has been tried already: each wait is about twice as long as the one before.
        var tried = now - (alert.GiveUpAt - Tried) ?? TimeSpan.Zero;
        var delay = new[] { options.Value.RetryDelay, tried < LongestDelay ? tried : LongestDelay }.Max() * (1 + (Jitter * Random.Shared.NextDouble()));
        return now + delay < alert.GiveUpAt ? now + delay : null;
    }

    [LoggerMessage(LogLevel.Warning, "Alerts cannot be sent: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Alerts can be sent again")]
    private partial void LogAvailable();

    [LoggerMessage(LogLevel.Error, "Alert {AlertId} was not accepted by the webhook, and is not sent again: {Reason}")]
    private partial void LogGivenUp(Guid alertId, string? reason);
}
