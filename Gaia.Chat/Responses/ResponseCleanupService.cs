using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Responses;

/// <summary>Deletes expired responses, at start and every hour. Any number of replicas may do it.</summary>
internal sealed partial class ResponseCleanupService(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ResponseCleanupService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var expired = clock.GetUtcNow() - ResponseRecord.Lifetime;
                await scope.ServiceProvider.GetRequiredService<ChatDb>().Responses.Where(r => r.CreatedAt < expired).ExecuteDeleteAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Information, "Expired responses could not be deleted; the next attempt is in an hour: {Reason}")]
    private partial void LogFailed(string reason);
}
