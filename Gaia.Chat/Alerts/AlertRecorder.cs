using System.Collections.Concurrent;
using System.Text.Json;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Alerts;

/// <summary>Records that alerts are fired and resolved: each once, whichever nodes notice it, because its row is unique.</summary>
internal sealed partial class AlertRecorder(AlertDispatcher dispatcher, TimeProvider clock, ILogger<AlertRecorder> log)
{
    private const int OccasionLimit = 10_000;

    /// <summary>Those that have a row, so that what lasts costs no statement each time it is noticed.</summary>
    private readonly ConcurrentDictionary<AlertOccasion, bool> recorded = new();

    /// <returns>False when the alert has been fired before, here or elsewhere.</returns>
    public async Task<bool> TryFireAsync<T>(ChatDb db, AlertOccasion occasion, T data, CancellationToken ct)
    {
        if (recorded.ContainsKey(occasion))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var body = JsonSerializer.Serialize(new AlertMessage<T>(occasion.Type, now, data), EventJson.Options);
        var (next, end) = dispatcher.Schedule(now);
        var id = Guid.CreateVersion7();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var isNew = await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO alerts (id, type, subject, period, threshold, body, fired_at, next_attempt_at, give_up_at, attempts)
            VALUES ({id}, {occasion.Type}, {occasion.Subject}, {occasion.Period}, {occasion.Threshold}, {body}, {now}, {next}, {end}, 0)
            ON CONFLICT (type, subject, period, threshold) WHERE subject IS NOT NULL DO NOTHING
            """,
            ct) > 0;
        if (isNew)
        {
            db.Record(new AlertFired(id, occasion.Type, JsonSerializer.SerializeToElement(data, EventJson.Options)));
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        Remember(occasion);
        if (isNew)
        {
            LogFired(occasion.Type, occasion.Subject, occasion.Threshold);
            dispatcher.Wake();
        }

        return isNew;
    }

    /// <summary>Fires an alert of an administrator's own, which no other is like.</summary>
    public async Task<Alert> FireTestAsync(ChatDb db, Guid requestedBy, CancellationToken ct)
    {
        var alert = Add(db, Alert.Test, new AlertTest(requestedBy));
        await db.SaveChangesAsync(ct);
        dispatcher.Wake();
        return alert;
    }

    /// <summary>Says of the open alerts of a subject that their reason is gone.</summary>
    public async Task ResolveAsync(ChatDb db, AlertRule rule, string subject, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var resolved = await db.Alerts.FromSql(
            $"UPDATE alerts SET resolved_at = {now} WHERE type = {rule.Type} AND subject = {subject} AND resolved_at IS NULL RETURNING *").AsNoTracking().ToListAsync(ct);
        if (resolved is [])
        {
            return;
        }

        foreach (var alert in resolved)
        {
            Add(db, Alert.Resolved, new AlertResolution(alert.Id, alert.Type, subject, alert.FiredAt, alert.Details));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        LogResolved(rule.Type, subject);
        dispatcher.Wake();
    }

    private Alert Add<T>(ChatDb db, string type, T data)
    {
        var now = clock.GetUtcNow();
        var (next, end) = dispatcher.Schedule(now);
        var alert = new Alert
        {
            Type = type,
            Body = JsonSerializer.Serialize(new AlertMessage<T>(type, now, data), EventJson.Options),
            FiredAt = now,
            NextAttemptAt = next,
            GiveUpAt = end,
        };
        db.Add(alert);
        db.Record(new AlertFired(alert.Id, alert.Type, alert.Details));
        return alert;
    }

    private void Remember(AlertOccasion occasion)
    {
        if (recorded.Count >= OccasionLimit)
        {
            recorded.Clear();
        }

        recorded[occasion] = true;
    }

    [LoggerMessage(LogLevel.Warning, "Alert {Rule} fired for {Subject}, threshold {Threshold}")]
    private partial void LogFired(string rule, string subject, int threshold);

    [LoggerMessage(LogLevel.Information, "Alert {Rule} resolved for {Subject}")]
    private partial void LogResolved(string rule, string subject);
}
