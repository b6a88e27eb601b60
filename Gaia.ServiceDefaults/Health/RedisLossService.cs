using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Gaia;

/// <summary>
/// Tells the other nodes over NATS when Redis is no longer healthy here, and checks when they tell. A node without traffic asks Redis so rarely that it would
/// report a frozen or read-only Redis as healthy for minutes.
/// </summary>
internal sealed partial class RedisLossService(RedisHealthMonitor monitor, INatsConnection nats, IConfiguration configuration, ILogger<RedisLossService> logger)
    : BackgroundService
{
    private const string Subject = "gaia.redis.lost";

    // Environments that share a NATS do not concern each other.
    private readonly string environment = configuration["CACHE_KEY_PREFIX"] ?? "";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        monitor.Lost += Tell;
        try
        {
            await foreach (var lost in nats.SubscribeAsync(Subject, serializer: NatsUtf8PrimitivesSerializer<string>.Default, cancellationToken: stoppingToken))
            {
                if ((lost.Data ?? "") == environment)
                {
                    monitor.Doubt();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error) when (error is NatsException or ObjectDisposedException)
        {
            LogNotListening(error);
        }
        finally
        {
            monitor.Lost -= Tell;
        }
    }

    private void Tell()
    {
        if (nats.ConnectionState == NatsConnectionState.Open)
        {
            _ = TellAsync();
        }
    }

    private async Task TellAsync()
    {
        try
        {
            await nats.PublishAsync(Subject, environment, serializer: NatsUtf8PrimitivesSerializer<string>.Default);
        }
        catch (Exception error)
        {
            LogNotTold(error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Other nodes were not told that Redis is not healthy")]
    private partial void LogNotTold(Exception reason);

    [LoggerMessage(LogLevel.Error, "Stopped receiving what other nodes report of Redis")]
    private partial void LogNotListening(Exception reason);
}
