using Gaia.Events.Journal;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gaia.Events.Consumers;

/// <summary>Runs the handlers of one group, in transactions that move its cursor.</summary>
internal sealed partial class EventProcessor<TContext>(
    IServiceScopeFactory scopes,
    IReadOnlyList<Subscription<TContext>> handlers,
    JournalReader journal,
    JournalKeys keys,
    EventConsumerOptions options,
    TimeProvider clock,
    ILogger logger)
    where TContext : DbContext
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    /// <summary>Handles all that is left of some work.</summary>
    /// <param name="delivered">Events that have been read already.</param>
    public async Task RunAsync(IDatabase redis, Work work, IReadOnlyList<JournalEntry> delivered, CancellationToken ct)
    {
        var limit = options.BatchSize;
        while (true)
        {
            await using var scope = scopes.CreateAsyncScope();
            var batch = new Batch(scope.ServiceProvider);
            try
            {
                if (!await TryHandleAsync(batch, redis, work, delivered, limit, ct))
                {
                    return;
                }

                limit = options.BatchSize;
            }
            catch (Exception e) when (batch.Failed is not null && !ct.IsCancellationRequested)
            {
                // First what precedes the event that failed; then it alone. What fails at the commit is not known to be one of them.
                limit = Math.Max(1, batch.IsComplete ? batch.Handled / 2 : batch.Handled);
                if (batch.Handled is 0 || batch is { IsComplete: true, Handled: 1 })
                {
                    await FailAsync(redis, work, batch, e, ct);
                }
            }
        }
    }

    /// <summary>Starts the cursor of some work, and tells where it is.</summary>
    public async Task<long> EnsureAsync(CursorTable cursor, long start, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await cursor.EnsureAsync(scope.ServiceProvider.GetRequiredService<TContext>(), start, ct);
    }

    /// <returns>False when nothing is left.</returns>
    private async Task<bool> TryHandleAsync(Batch batch, IDatabase redis, Work work, IReadOnlyList<JournalEntry> delivered, int limit, CancellationToken ct)
    {
        var db = batch.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var live = work.Live is null ? long.MaxValue : (await work.Live.LockAsync(db, ct)).Position;
        var (position, _) = await work.Cursor.LockAsync(db, ct);
        var until = Math.Min(work.Until ?? live, live);
        if (position >= until)
        {
            return false;
        }

        var events = await NextAsync(redis, delivered, position, until, limit, ct);
        batch.Position = position;
        foreach (var @event in events)
        {
            batch.Failed = @event;
            await HandleAsync(batch, work, @event, ct);
            batch.Handled++;
        }

        batch.IsComplete = true;
        var end = events is [] ? until : events[^1].Position;
        if (end - position > events.Count)
        {
            LogSkipped(work.Cursor.Group, work.Cursor.Source, position, end, end - position - events.Count);
        }

        await work.Cursor.SetAsync(db, end, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task HandleAsync(Batch batch, Work work, JournalEntry @event, CancellationToken ct)
    {
        if (!work.Types.Matches(@event.Type))
        {
            return;
        }

        foreach (var handler in handlers.Where(handler => handler.Types.Matches(@event.Type)))
        {
            await handler.HandleAsync(batch.Services, batch.Db, @event.Json, ct);
        }

        // Each on its own: the handler of the next one may ask the database, or change it without the context's knowledge.
        await batch.Db.SaveChangesAsync(ct);
        batch.Db.ChangeTracker.Clear();
    }

    /// <summary>Events after a position: those delivered if they follow it, and otherwise what the journal has.</summary>
    private async Task<IReadOnlyList<JournalEntry>> NextAsync(
        IDatabase redis, IReadOnlyList<JournalEntry> delivered, long position, long until, int limit, CancellationToken ct)
    {
        JournalEntry[] next = [.. delivered.Where(entry => entry.Position > position && entry.Position <= until).Take(limit)];
        var follows = next is not [] && next[0].Position == position + 1 && next[^1].Position - position == next.Length;
        return follows ? next : await journal.ReadAsync(redis, position, until, limit, ct);
    }

    private async Task FailAsync(IDatabase redis, Work work, Batch failed, Exception reason, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        var failures = await work.Cursor.CountFailureAsync(db, failed.Position, ct);
        if (failures < options.MaxAttempts)
        {
            var delay = options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Max(0, failures - 1));
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(delay, LongestDelay.TotalSeconds)), clock, ct);
            return;
        }

        await DeadLetters.AddAsync(redis, keys, work.Cursor.Group, failed.Failed!, failures, reason.GetBaseException().Message);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if ((await work.Cursor.LockAsync(db, ct)).Position == failed.Position)
        {
            await work.Cursor.SetAsync(db, failed.Failed!.Position, ct);
            await transaction.CommitAsync(ct);
        }

        LogGivenUp(work.Cursor.Group, failed.Failed!.Type, work.Cursor.Source, failed.Failed.Position, failures, reason.GetBaseException().Message);
    }

    [LoggerMessage(LogLevel.Error, "Group {Group} gave up {Type} {Source}:{Position} after {Failures} attempts: {Reason}")]
    private partial void LogGivenUp(string group, string type, string source, long position, int failures, string reason);

    [LoggerMessage(LogLevel.Warning, "Group {Group} missed {Count} events of {Source} between {Start} and {End}: neither the stream nor an archive has them")]
    private partial void LogSkipped(string group, string source, long start, long end, long count);

    /// <summary>What one transaction has come to.</summary>
    private sealed class Batch(IServiceProvider services)
    {
        public IServiceProvider Services => services;

        public TContext Db { get; } = services.GetRequiredService<TContext>();

        /// <summary>Of the cursor when it began.</summary>
        public long Position { get; set; }

        /// <summary>The event that is being handled; null before the first one.</summary>
        public JournalEntry? Failed { get; set; }

        public int Handled { get; set; }

        /// <summary>All of its events are handled, and the commit follows.</summary>
        public bool IsComplete { get; set; }
    }
}
