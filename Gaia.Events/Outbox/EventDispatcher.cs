using System.Data.Common;
using System.Threading.Channels;
using Gaia.Events.Journal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gaia.Events.Outbox;

/// <summary>
/// Brings committed events into the stream in Redis. Every replica of a service has one; they agree by an advisory lock on the positions, and by where the
/// stream ends on who appends. While Redis is unavailable events wait in the table.
/// </summary>
internal abstract partial class EventDispatcher(JournalWriter journal, EventsOptions options, TimeProvider clock, ILogger logger) : BackgroundService
{
    private const int BatchLimit = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How often the stream is looked at without need: it may have been emptied.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Where the stream ends, as far as is known here; null when it must be asked.</summary>
    private long? end;
    private long checkedAt;
    private string? failure;

    /// <summary>Signals that events have been committed.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <summary>Appends everything that has been committed.</summary>
    public async Task DispatchAsync(CancellationToken ct)
    {
        await using var scope = NewScope();
        var db = Context(scope.ServiceProvider);
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

        Report(end > last ? "the stream is ahead of the database: delete it, or set CACHE_KEY_PREFIX if it belongs to another environment" : null);
    }

    protected abstract AsyncServiceScope NewScope();

    protected abstract DbContext Context(IServiceProvider scope);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DispatchAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is RedisException or TimeoutException or DbException or { InnerException: DbException })
            {
                end = null;
                Report(e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await WaitAsync(stoppingToken);
        }
    }

    private async Task AppendAsync(DbContext db, long after, CancellationToken ct)
    {
        var rows = await EventTable.ReadAsync(db, after, BatchLimit, ct);
        end = await journal.AppendAsync(end!.Value, [.. rows.Select(row => row.ToEntry(options.Source))]);
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(Interval);
        try
        {
            await wake.Reader.ReadAsync(limited.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look for what other processes left behind.
        }
    }

    /// <summary>Logs a change of state once.</summary>
    private void Report(string? reason)
    {
        if (reason is not null && failure is null)
        {
            LogUnavailable(options.Source, reason);
        }
        else if (reason is null && failure is not null)
        {
            LogAvailable(options.Source);
        }

        failure = reason;
    }

    [LoggerMessage(LogLevel.Warning, "Events of {Source} are not appended to the journal and wait in the database: {Reason}")]
    private partial void LogUnavailable(string source, string reason);

    [LoggerMessage(LogLevel.Information, "Events of {Source} are appended to the journal again")]
    private partial void LogAvailable(string source);
}

/// <summary>The dispatcher of one database.</summary>
internal sealed class EventDispatcher<TContext>(
    IServiceScopeFactory scopes, JournalWriter journal, EventsOptions options, TimeProvider clock, ILogger<EventDispatcher<TContext>> logger)
    : EventDispatcher(journal, options, clock, logger)
    where TContext : DbContext
{
    protected override AsyncServiceScope NewScope() => scopes.CreateAsyncScope();

    protected override DbContext Context(IServiceProvider scope) => scope.GetRequiredService<TContext>();
}
