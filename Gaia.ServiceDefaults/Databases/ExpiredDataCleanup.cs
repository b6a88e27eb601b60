using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia;

public static class ExpiredDataCleanup
{
    /// <summary>Deletes what nobody can need any more, at start and every ten minutes. Any number of replicas may do it.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="delete">Is given a scope's services and the time.</param>
    public static void AddExpiredDataCleanup(this IServiceCollection services, Func<IServiceProvider, DateTimeOffset, CancellationToken, Task> delete) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<ExpiredDataCleanupService>(provider, delete));
}

internal sealed partial class ExpiredDataCleanupService(
    Func<IServiceProvider, DateTimeOffset, CancellationToken, Task> delete, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExpiredDataCleanupService> logger)
    : BackgroundService
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
                await delete(scope.ServiceProvider, clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Expired data could not be deleted; the next attempt is in ten minutes: {Reason}")]
    private partial void LogFailed(string reason);
}
