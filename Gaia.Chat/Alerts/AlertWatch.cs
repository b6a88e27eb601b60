namespace Gaia.Chat.Alerts;

/// <summary>Runs every check at its interval, on every node: which node is first does not matter.</summary>
internal sealed partial class AlertWatch(IEnumerable<IAlertCheck> checks, IServiceScopeFactory scopes, TimeProvider clock, ILogger<AlertWatch> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(checks.Where(check => check.Missing is null).Select(check => RepeatAsync(check, stoppingToken)));

    private async Task RepeatAsync(IAlertCheck check, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(check.Interval, clock);
        var isFailing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                isFailing = !await TryCheckAsync(check, isFailing, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<bool> TryCheckAsync(IAlertCheck check, bool wasFailing, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await check.CheckAsync(scope.ServiceProvider.GetRequiredService<ChatDb>(), ct);
            return true;
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            if (!wasFailing)
            {
                LogFailed(check.Rule.Type, error.GetBaseException().Message);
            }

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The alert rule {Rule} cannot be checked: {Reason}")]
    private partial void LogFailed(string rule, string reason);
}
