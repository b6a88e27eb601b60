namespace Gaia.Gateway.Revocations;

/// <summary>
/// Has Auth prove several times within the bound that this node knows every revocation. No request is served before the first proof, by Auth or by its stream,
/// unless nobody can give it; then callers with a credential are refused until somebody can.
/// </summary>
internal sealed partial class RevocationRefreshService(RevocationCheck check, RevocationMap map, TimeProvider time, ILogger<RevocationRefreshService> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private bool told;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await check.AskAsync();
        while (!check.IsCurrent && time.GetElapsedTime(started) < Timeout)
        {
            await Task.Delay(Interval, time, cancellationToken);
            await check.AskAsync();
        }

        Tell();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await check.AskAsync();
                Tell();
                map.Forget(time.GetUtcNow());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Once per change: while the node starts, Auth may start as well.</summary>
    private void Tell()
    {
        if (check.IsCurrent == told)
        {
            told = !told;
            if (told && check.Bound > TimeSpan.Zero)
            {
                LogBounded(check.Bound.TotalSeconds);
            }
            else if (told)
            {
                LogUnknown();
            }
            else
            {
                LogKnown(map.Position);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Neither Auth nor its stream tells what has been revoked: callers with a credential are refused")]
    private partial void LogUnknown();

    [LoggerMessage(LogLevel.Warning, "Neither Auth nor its stream tells what has been revoked: known callers have the scope chat at most, and are refused after {Seconds} s")]
    private partial void LogBounded(double seconds);

    [LoggerMessage(LogLevel.Information, "Revocations are known again, up to position {Position}")]
    private partial void LogKnown(long position);
}
