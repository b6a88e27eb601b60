using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Gaia;

/// <summary>Opens the NATS connection at start, without anything waiting for it.</summary>
internal sealed partial class NatsConnector(INatsConnection nats, ILogger<NatsConnector> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await nats.ConnectAsync().AsTask().WaitAsync(stoppingToken);
        }
        catch (Exception ended) when (ended is NatsException or ObjectDisposedException)
        {
            LogNotConnected(ended);
        }
    }

    [LoggerMessage(LogLevel.Error, "NATS refuses the connection for good")]
    private partial void LogNotConnected(Exception reason);
}
