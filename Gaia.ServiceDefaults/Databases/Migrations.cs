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
        Task.FromResult(done ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "not finished"));

    /// <summary>Tries until it has worked.</summary>
    /// <param name="isWorthAnotherTry">What fails in any other way is thrown.</param>
    /// <param name="ct">Ends the trying.</param>
    public async Task RunAsync(Func<Exception, bool> isWorthAnotherTry, CancellationToken ct)
    {
        string? lastReason = null;
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await MigrateAsync(ct);
                done = true;
                LogMigrated(typeof(TContext).Name);
                return;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested && isWorthAnotherTry(failure))
            {
                // Said once, however often it is tried.
                if (failure.Message != lastReason)
                {
                    Log(failure);
                    lastReason = failure.Message;
                }
            }

            await Task.Delay(wait, clock, ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(_ => true, stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start goes on.
        }
    }

    private async Task MigrateAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
        database.SetCommandTimeout(Longest);
        await database.MigrateAsync(ct);
    }

    private void Log(Exception failure)
    {
        if (Failures.IsDatabaseAway(failure))
        {
            LogWaiting(typeof(TContext).Name, failure.GetBaseException().Message);
        }
        else
        {
            LogFailed(typeof(TContext).Name, failure);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Context} is up to date")]
    private partial void LogMigrated(string context);

    [LoggerMessage(LogLevel.Warning, "{Context} waits for its database: {Reason}")]
    private partial void LogWaiting(string context, string reason);

    [LoggerMessage(LogLevel.Error, "{Context} cannot be migrated; trying again")]
    private partial void LogFailed(string context, Exception reason);
}
