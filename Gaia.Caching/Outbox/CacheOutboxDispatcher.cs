using System.Collections.Concurrent;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Gaia.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Outbox;

/// <summary>
/// Announces committed changes: fences Redis, publishes to the log, deletes the row, in this order, so that whatever dies in between is done again by
/// whoever lives. A node announces what it committed itself from memory, whether the database still answers or not, and looks in the table now and then
/// for what others left behind.
/// </summary>
internal abstract partial class CacheOutboxDispatcher(CacheNode node, Invalidator invalidator, IInvalidationLog log, LogPosition logPosition, ILogger logger) : OutboxDispatcher
{
    /// <summary>
    /// How long a request waits until its change is announced, which takes a round trip to Redis and one to NATS. After that this process may end without
    /// delaying the announcement until another one reads the table. Redis or NATS being unavailable is no reason to wait longer.
    /// </summary>
    private static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Guid, Announcement> begun = new();
    private readonly DatabasePositionWriter position = new(logPosition, node.Clock);

    /// <summary>Makes the changes true on this node at once, and everywhere as soon as possible. Never throws: the commit stands.</summary>
    public async Task CommittedAsync(IReadOnlyCollection<CacheChange> changes)
    {
        var announcements = new List<Announcement>();
        foreach (var change in changes)
        {
            var announcement = invalidator.Announce(invalidator.WithTimestamp(change.Key, change.Version, change.Timestamp), outbid: change.Version is null);
            invalidator.Apply(announcement.Invalidation);
            announcements.Add(begun.GetOrAdd(change.Id, announcement));
        }

        // Redis has compared no timestamp yet; whoever hears of one this way must not take it for an older change than one it knows.
        ChangedKeys.Record(announcements.Zip(changes, (announcement, change) => announcement.Invalidation with { IsUnconfirmed = change.Version is null }));
        var announced = Task.WhenAll(announcements.Select(announcement => invalidator.SendAsync(announcement, CancellationToken.None)));
        await Task.WhenAny(announced, Task.Delay(AnnouncementTimeout));
        Wake();
    }

    /// <summary>Which of these keys have changes that were committed and are yet to be announced.</summary>
    public async Task<IReadOnlySet<string>> FindWaitingAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        await using var scope = NewScope();
        return await Context(scope.ServiceProvider).Set<CacheChange>().Where(change => keys.Contains(change.Key)).Select(change => change.Key).ToHashSetAsync(ct);
    }

    /// <summary>Leaves in the database how far the log has come, so that nothing seems to be missing in a copy of it.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var scope = NewScope();
            await position.WriteAsync(Context(scope.ServiceProvider), isLast: true, cancellationToken);
        }
        catch (Exception error)
        {
            LogUnavailable(error.Message);
        }
    }

    protected abstract AsyncServiceScope NewScope();

    protected abstract DbContext Context(IServiceProvider scope);

    protected override async Task<bool> DispatchAsync(CancellationToken ct)
    {
        await using var scope = NewScope();
        var db = Context(scope.ServiceProvider);
        while (!ct.IsCancellationRequested)
        {
            // What is announced from now on may have been committed too late for this look at the table.
            var known = begun.Keys.ToArray();
            if (await OutboxTable.IsEmptyAsync(db, ct))
            {
                Forget(known);
                await position.WriteAsync(db, isLast: false, ct);
                return true;
            }

            await using var table = await OutboxTable.HoldAsync(db, ct);
            var rows = await table.ReadAsync(ct);
            var done = await AnnounceAsync(rows, ct);
            await table.DeleteAsync(done, ct);
            Forget(done);
            if (done.Count < rows.Count)
            {
                return false;
            }
        }

        return false;
    }

    protected override void OnUnavailable(Exception exception) => LogUnavailable(exception.Message);

    protected override void OnAvailable() => LogAvailable();

    private async Task<IReadOnlyList<Guid>> AnnounceAsync(IReadOnlyList<OutboxTable.Row> rows, CancellationToken ct)
    {
        var done = await Task.WhenAll(rows.Select(async row =>
        {
            var announcement = begun.GetOrAdd(
                row.Id,
                _ => invalidator.Announce(invalidator.WithTimestamp(row.Key, row.Version, row.Timestamp), outbid: row.Version is null, row.Age));
            return await announcement.TryAsync(node.Store, node.Regions, log, ct) || announcement.IsDone(node.Clock.Now);
        }));
        return [.. rows.Zip(done).Where(pair => pair.Second).Select(pair => pair.First.Id)];
    }

    private void Forget(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            begun.TryRemove(id, out _);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Cache outbox unavailable ({Reason}): rows that other instances left are announced when it is back")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Cache outbox available again")]
    private partial void LogAvailable();
}

/// <summary>The dispatcher of one database.</summary>
internal sealed class CacheOutboxDispatcher<TContext>(
    IServiceScopeFactory scopes,
    CacheNode node,
    Invalidator invalidator,
    IInvalidationLog log,
    LogPosition logPosition,
    ILogger<CacheOutboxDispatcher<TContext>> logger) : CacheOutboxDispatcher(node, invalidator, log, logPosition, logger)
    where TContext : DbContext
{
    protected override AsyncServiceScope NewScope() => scopes.CreateAsyncScope();

    protected override DbContext Context(IServiceProvider scope) => scope.GetRequiredService<TContext>();
}
