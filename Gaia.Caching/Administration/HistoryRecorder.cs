using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Administration;

/// <summary>Adds what this node has counted to the history, every few minutes and when it stops. While NATS is unavailable it keeps the records of a day.</summary>
internal sealed partial class HistoryRecorder(
    CacheAdministration administration, NodeQuestions node, CacheHistory history, CachingOptions options, TimeProvider time, ILogger<HistoryRecorder> logger) : BackgroundService
{
    private readonly PendingRecords<StatisticsRecord> pending = new(history.TryAddAsync, time);
    private CacheCounters? counted;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RecordAsync(cancellationToken);
        if (pending.Count > 0)
        {
            LogLost(pending.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.HistoryInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RecordAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task RecordAsync(CancellationToken ct)
    {
        var now = administration.Counters();
        var regions = now.Since(counted).Where(region => region.Hits + region.Misses + region.StaleServes + region.Commands > 0).ToList();
        counted = now;
        if (regions is not [])
        {
            pending.Add(new(Guid.CreateVersion7(), time.GetUtcNow(), node.Service, node.Instance, regions));
        }

        await pending.StoreAsync(ct);
    }

    [LoggerMessage(LogLevel.Warning, "{Count} records of cache statistics could not be stored before the end of the process")]
    private partial void LogLost(int count);
}
