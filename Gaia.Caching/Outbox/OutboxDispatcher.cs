using System.Collections.Concurrent;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching;

/// <summary>
/// Announces committed changes: fences Redis, publishes to the log, deletes the row, in this order, so that whatever dies in between is done again by
/// whoever lives. Every node dispatches what it wrote at once and looks for what others left behind now and then.
/// </summary>
internal abstract partial class OutboxDispatcher(CacheNode node, Invalidator invalidator, IInvalidationLog log, ILogger logger) : BackgroundService
{
    /// <summary>How long a request waits for its change to be announced.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(1);
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();
    private readonly Dictionary<Guid, Announcement> begun = [];
    private bool away;

    /// <summary>Makes the changes true on this node at once, and everywhere as soon as possible. Never throws: the commit stands.</summary>
    public async Task CommittedAsync(IReadOnlyCollection<CacheChange> changes)
    {
        var announced = new List<Task>();
        foreach (var change in changes)
        {
            invalidator.Apply(invalidator.Stamped(change.Key, change.Version));
            announced.Add(waiting.GetOrAdd(change.Id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        }

        wake.Writer.TryWrite(true);
        await Task.WhenAny(Task.WhenAll(announced), Task.Delay(Patience));
        foreach (var change in changes)
        {
            waiting.TryRemove(change.Id, out _);
        }
    }

    /// <summary>Announces everything that waits. True: nothing is left.</summary>
    public async Task<bool> DispatchAsync(CancellationToken ct)
    {
        await using var scope = NewScope();
        var db = Context(scope.ServiceProvider);
        while (!ct.IsCancellationRequested)
        {
            if (waiting.IsEmpty && await OutboxTable.IsEmptyAsync(db, ct))
            {
                return true;
            }

            // Whoever waits from now on may have committed too late for this look at the table.
            var asked = waiting.Keys.ToArray();
            await using var table = await OutboxTable.HoldAsync(db, ct);
            var rows = await table.ReadAsync(ct);
            var done = await AnnounceAsync(rows, ct);
            Arrived(asked.Except(rows.Select(row => row.Id)).Concat(done));
            await table.DeleteAsync(done, ct);
            if (done.Count < rows.Count)
            {
                return false;
            }
        }

        return false;
    }

    protected abstract AsyncServiceScope NewScope();

    protected abstract DbContext Context(IServiceProvider scope);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var finished = await DispatchAsync(stoppingToken);
                Found();
                await WaitAsync(finished ? BetweenLooks : BetweenAttempts, wakes: finished, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is DbException or TimeoutException or InvalidOperationException or IOException or OperationCanceledException)
            {
                Lost(error);
                await WaitAsync(BetweenLooks, wakes: false, stoppingToken);
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> AnnounceAsync(IReadOnlyList<OutboxTable.Row> rows, CancellationToken ct)
    {
        foreach (var gone in begun.Keys.Except(rows.Select(row => row.Id)).ToList())
        {
            begun.Remove(gone);
        }

        var done = await Task.WhenAll(rows.Select(async row =>
        {
            if (!begun.TryGetValue(row.Id, out var announcement))
            {
                announcement = begun[row.Id] = new(invalidator.Stamped(row.Key, row.Version, row.Stamp), outbid: row.Version is null);
            }

            return await announcement.TryAsync(node.Store, node.Regions, log, ct) || (announcement.IsPublished && IsForgotten(row));
        }));
        return [.. rows.Zip(done).Where(pair => pair.Second).Select(pair => pair.First.Id)];
    }

    /// <summary>Whether Redis has been away for so long that nothing older than the change can be in it any more.</summary>
    private bool IsForgotten(OutboxTable.Row row) => row.Now - row.At > RedisStore.TombstoneLife(node.Regions.Of(row.Key).Declared);

    private void Arrived(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            if (waiting.TryRemove(id, out var waiter))
            {
                waiter.TrySetResult();
            }
        }
    }

    private async Task WaitAsync(TimeSpan atMost, bool wakes, CancellationToken ct)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timer.CancelAfter(atMost);
        try
        {
            await (wakes ? wake.Reader.ReadAsync(timer.Token).AsTask() : Task.Delay(atMost, timer.Token));
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    private void Lost(Exception error)
    {
        if (!away)
        {
            away = true;
            Unreachable(logger, error.Message);
        }
    }

    private void Found()
    {
        if (away)
        {
            away = false;
            Reachable(logger);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cache outbox cannot be read: {Why}. Changes are announced when it can.")]
    private static partial void Unreachable(ILogger logger, string why);

    [LoggerMessage(LogLevel.Information, "The cache outbox is read again.")]
    private static partial void Reachable(ILogger logger);
}

/// <summary>The dispatcher of one database.</summary>
internal sealed class OutboxDispatcher<TContext>(
    IServiceScopeFactory scopes,
    CacheNode node,
    Invalidator invalidator,
    IInvalidationLog log,
    ILogger<OutboxDispatcher<TContext>> logger) : OutboxDispatcher(node, invalidator, log, logger)
    where TContext : DbContext
{
    protected override AsyncServiceScope NewScope() => scopes.CreateAsyncScope();

    protected override DbContext Context(IServiceProvider scope) => scope.GetRequiredService<TContext>();
}
