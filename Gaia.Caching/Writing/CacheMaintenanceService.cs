using Gaia.Caching.Engine;
using Microsoft.Extensions.Hosting;

namespace Gaia.Caching.Writing;

/// <summary>What has to be done now and then: announce again what Redis or the log did not take, and retire key states that nothing needs.</summary>
internal sealed class CacheMaintenanceService(Invalidator invalidator, CacheKeyTable keyStates) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private const int PausesBetweenSweeps = 120;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                await invalidator.RetryAsync(stoppingToken);
                if (round % PausesBetweenSweeps is 0)
                {
                    keyStates.Sweep();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
