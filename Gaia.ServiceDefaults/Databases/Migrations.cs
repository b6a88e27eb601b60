using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia;

/// <summary>
/// Brings the database up to date at start, waiting for a Postgres that is not there yet. Replicas that start together take turns: EF Core
/// migrates under a lock in the database, which a replica that dies gives back.
/// </summary>
internal sealed partial class Migrations<TContext>(IServiceScopeFactory scopes, TimeProvider clock, ILogger<Migrations<TContext>> logger)
    : BackgroundService, IHealthCheck
    where TContext : DbContext
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private volatile bool done;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(done ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastReason = null;
        for (var wait = FirstWait; !await TryMigrateAsync(); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            await Task.Delay(wait, clock, stoppingToken);
        }

        done = true;
        LogMigrated(typeof(TContext).Name);

        async Task<bool> TryMigrateAsync()
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
                database.SetCommandTimeout(Longest);
                await database.MigrateAsync(stoppingToken);
                return true;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, however often it is tried.
                if (failure.Message != lastReason)
                {
                    LogWaiting(typeof(TContext).Name, failure);
                    lastReason = failure.Message;
                }

                return false;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Context} is up to date")]
    private partial void LogMigrated(string context);

    [LoggerMessage(LogLevel.Warning, "{Context} cannot be migrated yet; trying again")]
    private partial void LogWaiting(string context, Exception reason);
}
