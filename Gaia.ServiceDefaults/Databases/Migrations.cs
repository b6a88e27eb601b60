using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia;

/// <summary>
/// Brings the database up to date at start, before the rest of the service begins; in the background when Postgres is not there yet. Replicas that
/// start together take turns: EF Core migrates under a lock in the database, which a replica that dies gives back.
/// </summary>
internal sealed partial class Migrations<TContext>(IServiceScopeFactory scopes, TimeProvider clock, ILogger<Migrations<TContext>> logger)
    : BackgroundService, IHostedLifecycleService, IHealthCheck
    where TContext : DbContext
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Of the transaction-level advisory lock under which EF Core's own table is made. "gaia" in ASCII.</summary>
    private const int LockId = 0x67616961;

    private volatile bool done;
    private string? lastReason;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(done ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "not finished"));

    /// <summary>Tries until it has worked.</summary>
    /// <param name="isWorthAnotherTry">What fails in any other way is thrown.</param>
    /// <param name="ct">Ends the trying.</param>
    public async Task RunAsync(Func<Exception, bool> isWorthAnotherTry, CancellationToken ct)
    {
        for (var wait = FirstWait; !await TryAsync(isWorthAnotherTry, ct); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            await Task.Delay(wait, clock, ct);
        }
    }

    /// <summary>What else the service does in the background finds its tables, unless Postgres is unavailable or the migrations take long.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            await TryAsync(_ => true, timeout.Token);
        }
        catch (Exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It begins anew in the background, where it may take as long as it takes.
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!done)
            {
                await RunAsync(_ => true, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start goes on.
        }
    }

    private async Task<bool> TryAsync(Func<Exception, bool> isWorthAnotherTry, CancellationToken ct)
    {
        try
        {
            await MigrateAsync(ct);
            done = true;
            LogMigrated(typeof(TContext).Name);
            return true;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && isWorthAnotherTry(failure))
        {
            // Said once, however often it is tried.
            if (failure.Message != lastReason)
            {
                Log(failure);
                lastReason = failure.Message;
            }

            return false;
        }
    }

    private async Task MigrateAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<TContext>().Database;
        database.SetCommandTimeout(Longest);
        await MakeHistoryAsync(database, ct);
        await database.MigrateAsync(ct);
    }

    /// <summary>EF Core finds out that its table is missing by an error, which stands in Postgres' log; and replicas that make it at once get in each other's way.</summary>
    private static async Task MakeHistoryAsync(DatabaseFacade database, CancellationToken ct)
    {
        var creator = database.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(ct))
        {
            await creator.CreateAsync(ct);
        }

        await using var transaction = await database.BeginTransactionAsync(ct);
        await database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockId})", ct);
        await database.GetService<IHistoryRepository>().CreateIfNotExistsAsync(ct);
        await transaction.CommitAsync(ct);
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
