using Gaia.Caching.Reading;
using Microsoft.Extensions.Hosting;

namespace Gaia.Caching.Advice;

/// <summary>This node's part of the tuning advice, kept up to date in the background.</summary>
internal sealed class CacheAdvisor(CacheNode node, CachingOptions options) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public CacheModel Model { get; } = new(node, options);

    public TtlTrials Trials { get; } = new(node);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Model.Advance();
                Trials.Advance();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
