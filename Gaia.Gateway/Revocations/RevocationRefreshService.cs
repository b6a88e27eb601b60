namespace Gaia.Gateway.Revocations;

/// <summary>
/// Proves several times within the bound that this node knows every revocation: Auth says so, or, while Auth does not answer, the whole stream has been
/// applied. No request is served before the first proof, unless nobody can give it; then callers with a credential are refused until somebody can.
/// </summary>
internal sealed partial class RevocationRefreshService(
    RevocationCheck check, RevocationLogFollower log, RevocationMap map, TimeProvider time, ILogger<RevocationRefreshService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private Task proof = Task.CompletedTask;
    private bool told;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await ProveAsync(cancellationToken);
        while (!check.IsCurrent && time.GetElapsedTime(started) < Timeout)
        {
            await Task.Delay(Interval, time, cancellationToken);
            await ProveAsync(cancellationToken);
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
                await ProveAsync(stoppingToken);
                Tell();
                map.Forget(time.GetUtcNow());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ProveAsync(CancellationToken ct)
    {
        // NATS being unavailable must not make Auth be asked less often: its proof takes as long as it takes.
        if (proof.IsCompleted)
        {
            proof = log.ProveAsync(ct);
        }

        await check.AskAsync();
    }

    /// <summary>Once per change: while the node starts, Auth may start as well.</summary>
    private void Tell()
    {
        if (check.IsCurrent == told)
        {
            told = !told;
            if (told)
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

    [LoggerMessage(LogLevel.Information, "Revocations are known again, up to position {Position}")]
    private partial void LogKnown(long position);
}
