using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace Gaia.Gateway.Limits;

/// <summary>How many gateways share the limits: each says that it is there, over core NATS, as often as it matters to nobody if one message is lost.</summary>
internal sealed partial class Peers(INatsConnection nats, TimeProvider time, IOptions<RateLimitOptions> options, ILogger<Peers> logger) : BackgroundService
{
    public const string Subject = "gaia.gateway.present";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = Interval * 5;

    private readonly string self = Guid.CreateVersion7().ToString();
    private readonly ConcurrentDictionary<string, long> heard = new();
    private int others;
    private long listeningSince;
    private long selfHeardAt;

    /// <summary>This node included.</summary>
    public int Count => Math.Max(options.Value.Nodes, 1 + Volatile.Read(ref others));

    /// <summary>Whether it is certain that there is no other: this node hears itself, has listened for longer than others are silent, and hears nobody.</summary>
    public bool IsOnly =>
        Count == 1
        && Volatile.Read(ref selfHeardAt) is not 0 and var heardAt && time.GetElapsedTime(heardAt) < Timeout
        && time.GetElapsedTime(Volatile.Read(ref listeningSince)) > Interval * 2;

    /// <summary>Drops who has not been heard for long. While NATS is unavailable nobody is heard, which says nothing about who is there.</summary>
    public void Forget()
    {
        if (nats.ConnectionState == NatsConnectionState.Open)
        {
            foreach (var peer in heard)
            {
                if (time.GetElapsedTime(peer.Value) > Timeout)
                {
                    heard.TryRemove(peer);
                }
            }

            Volatile.Write(ref others, heard.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(ListenAsync(stoppingToken), TellAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception error) when (error is NatsException or ObjectDisposedException)
        {
            LogDeaf(error, Count);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await foreach (var message in nats.SubscribeAsync<string>(Subject, cancellationToken: ct))
        {
            var now = time.GetTimestamp();
            if (message.Data == self)
            {
                // After a silence, of NATS for instance, whoever else is there has to be given the time to say so.
                if (selfHeardAt == 0 || time.GetElapsedTime(selfHeardAt, now) > Timeout)
                {
                    Volatile.Write(ref listeningSince, now);
                }

                Volatile.Write(ref selfHeardAt, now);
            }
            else if (message.Data is { } peer)
            {
                heard[peer] = now;
                Volatile.Write(ref others, heard.Count);
            }
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            if (nats.ConnectionState == NatsConnectionState.Open)
            {
                await nats.PublishAsync(Subject, self, cancellationToken: ct);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    [LoggerMessage(LogLevel.Error, "Other gateways no longer announce themselves; {Count} are assumed to share the limits")]
    private partial void LogDeaf(Exception reason, int count);
}
