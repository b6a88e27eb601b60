using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaia.Messaging.Outbox;

/// <summary>
/// Sends what has been committed to a table: at once when it is signalled, and now and then for what other nodes left behind. While the database or the receiver
/// is unavailable it tries again.
/// </summary>
public abstract class OutboxDispatcher : BackgroundService
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    private readonly AsyncAutoResetEvent committed = new();
    private bool isUnavailable;

    /// <summary>How often the table is looked at without a signal. Default 1 second.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>Signals that rows have been committed.</summary>
    public void Wake() => committed.Set();

    /// <summary>Sends what waits in the table.</summary>
    /// <returns>False: some of it could not be sent yet, and is to be tried again soon.</returns>
    protected abstract Task<bool> DispatchAsync(CancellationToken ct);

    /// <summary>Sending failed, for the first time since it last succeeded.</summary>
    protected abstract void OnUnavailable(Exception exception);

    /// <summary>Sending succeeded again.</summary>
    protected abstract void OnAvailable();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryDispatchAsync(stoppingToken))
            {
                await committed.WaitAsync(Interval, stoppingToken);
            }
            else
            {
                await Task.Delay(BetweenAttempts, stoppingToken);
            }
        }
    }

    private async Task<bool> TryDispatchAsync(CancellationToken ct)
    {
        try
        {
            var finished = await DispatchAsync(ct);
            if (isUnavailable)
            {
                isUnavailable = false;
                OnAvailable();
            }

            return finished;
        }
        catch (Exception error)
        {
            if (!isUnavailable && !ct.IsCancellationRequested)
            {
                isUnavailable = true;
                OnUnavailable(error);
            }

            return true;
        }
    }
}

/// <summary>The dispatcher of a table in one database.</summary>
public abstract class OutboxDispatcher<TContext>(IServiceScopeFactory scopes) : OutboxDispatcher
    where TContext : DbContext
{
    /// <summary>Sends what waits in the table.</summary>
    /// <returns>False: some of it could not be sent yet, and is to be tried again soon.</returns>
    protected abstract Task<bool> DispatchAsync(TContext db, CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task<bool> DispatchAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await DispatchAsync(scope.ServiceProvider.GetRequiredService<TContext>(), ct);
    }
}
