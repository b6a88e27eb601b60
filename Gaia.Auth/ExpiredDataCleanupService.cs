using Gaia.Auth.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth;

/// <summary>Deletes what nobody can need any more. Any number of nodes may do it.</summary>
internal sealed partial class ExpiredDataCleanupService(
    IServiceScopeFactory scopes, IOptions<RefreshOptions> sessions, IOptions<Attempts.AttemptOptions> attempts, TimeProvider clock, ILogger<ExpiredDataCleanupService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await CleanUp(scope.ServiceProvider.GetRequiredService<AuthDb>(), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    private async Task CleanUp(AuthDb db, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var graceEnd = now - sessions.Value.RefreshGrace;
        await db.RefreshTokens.Where(t => t.Successor != null && t.UsedAt < graceEnd).ExecuteUpdateAsync(t => t.SetProperty(x => x.Successor, (byte[]?)null), ct);
        await db.RefreshTokens.Where(t => t.ExpiresAt < now).ExecuteDeleteAsync(ct);
        await db.Sessions.Where(s => !db.RefreshTokens.Any(t => t.SessionId == s.Id)).ExecuteDeleteAsync(ct);

        await db.KeyRequests.Where(r => r.ExpiresAt < now).ExecuteDeleteAsync(ct);

        // Not before everyone has been told, however long NATS is away.
        await db.Revocations.Where(r => r.ForgetAt < now && r.PublishedAt != null).ExecuteDeleteAsync(ct);

        var forgotten = now - attempts.Value.Remembered;
        await db.Attempts.Where(a => a.FreeAt < now && (a.SucceededAt == null || a.SucceededAt < forgotten)).ExecuteDeleteAsync(ct);
    }

    [LoggerMessage(LogLevel.Warning, "Housekeeping failed; it is tried again")]
    private partial void LogFailed(Exception reason);
}
