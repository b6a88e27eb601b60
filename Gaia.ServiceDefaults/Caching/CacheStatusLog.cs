using Gaia.Caching.Administration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia;

/// <summary>Logs once after the start how the cache stands.</summary>
internal sealed partial class CacheStatusLog(CacheHealth cache, TimeProvider clock, ILogger<CacheStatusLog> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var started = clock.GetTimestamp();
        try
        {
            while (!(cache.IsLogTrusted && cache.IsRedisUsed) && clock.GetElapsedTime(started) < Deadline)
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
            return;
        }

        LogStatus(cache.IsRedisUsed ? "connected" : "unavailable", cache.IsLogTrusted ? "connected" : "unavailable");
    }

    [LoggerMessage(LogLevel.Information, "Cache started: Redis {Redis}, invalidation log {Log}")]
    private partial void LogStatus(string redis, string log);
}
