using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia;

/// <summary>Deletes expired idempotency records, at start and every ten minutes. Any number of replicas may do it.</summary>
internal sealed partial class IdempotencyCleanupService(
    IdempotencyStore store, IServiceScopeFactory scopes, TimeProvider clock, ILogger<IdempotencyCleanupService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await store.DatabaseOf(scope.ServiceProvider).Database.ExecuteSqlAsync($"DELETE FROM idempotency_records WHERE expires_at < now()", stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Expired idempotency records could not be deleted; the next attempt is in ten minutes: {Reason}")]
    private partial void LogFailed(string reason);
}
