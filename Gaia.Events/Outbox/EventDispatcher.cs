using Gaia.Events.Journal;
using Gaia.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Events.Outbox;

/// <summary>
/// Brings committed events into the stream in Redis. Every replica of a service has one; they agree by an advisory lock on the positions, and by where the
/// stream ends on who appends. While Redis is unavailable events wait in the table.
/// </summary>
internal sealed partial class EventDispatcher<TContext>(
    IServiceScopeFactory scopes, JournalWriter journal, EventsOptions options, TimeProvider clock, ILogger<EventDispatcher<TContext>> logger)
    : OutboxDispatcher<TContext>(scopes)
    where TContext : DbContext
{
    private const int BatchLimit = 500;

    /// <summary>How often the stream is looked at without need: it may have been emptied.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    /// <summary>Where the stream ends, as far as is known here; null when it must be asked.</summary>
    private long? end;
    private long checkedAt;

    protected override async Task<bool> DispatchAsync(TContext db, CancellationToken ct)
    {
        try
        {
            await AppendAllAsync(db, ct);
            return true;
        }
        catch
        {
            end = null;
            throw;
        }
    }

    protected override void OnUnavailable(Exception exception) => LogUnavailable(options.Source, exception.Message);

    protected override void OnAvailable() => LogAvailable(options.Source);

    private async Task AppendAllAsync(TContext db, CancellationToken ct)
    {
        var (last, hasWaiting) = await EventTable.ReadEndAsync(db, ct);
        if (hasWaiting)
        {
            while (await EventTable.SetPositionsAsync(db, ct))
            {
                // Thousands have waited.
            }

            (last, _) = await EventTable.ReadEndAsync(db, ct);
        }

        // What another replica has given positions, it appends; this one only makes sure.
        if (end is null || (!hasWaiting && last != end) || clock.GetElapsedTime(checkedAt) > CheckInterval)
        {
            checkedAt = clock.GetTimestamp();
            end = await journal.ReadEndAsync();
        }

        while (end < last)
        {
            await AppendAsync(db, Math.Max(end.Value, last - options.MaxLength), ct);
        }

        if (end > last)
        {
            throw new InvalidOperationException("the stream is ahead of the database: delete it, or set CACHE_KEY_PREFIX if it belongs to another environment");
        }
    }

    private async Task AppendAsync(DbContext db, long after, CancellationToken ct)
    {
        var rows = await EventTable.ReadAsync(db, after, BatchLimit, ct);
        end = await journal.AppendAsync(end!.Value, [.. rows.Select(row => row.ToEntry(options.Source))]);
    }

    [LoggerMessage(LogLevel.Warning, "Events of {Source} are not appended to the journal and wait in the database: {Reason}")]
    private partial void LogUnavailable(string source, string reason);

    [LoggerMessage(LogLevel.Information, "Events of {Source} are appended to the journal again")]
    private partial void LogAvailable(string source);
}
