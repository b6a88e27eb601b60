using Gaia.Caching.Store;
using Gaia.Messaging;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Caching.Writing;

/// <summary>
/// Asks every primary for the time in the background: at once on request, often while one is unavailable, and otherwise rarely, each node at times of its
/// own. The answer closes its breaker and sets <see cref="RedisClock"/>. Whoever may have lost fences gets them again.
/// </summary>
internal sealed class RedisProbe(
    IConnectionMultiplexer redis,
    RedisPrimaries primaries,
    ClusterWatch cluster,
    RedisClock clock,
    Clock local,
    Invalidator invalidator,
    RedisLedger ledger,
    CachingOptions options) : BackgroundService
{
    private const string LedgerName = "cache.probe";
    private static readonly TimeSpan WhileUnavailable = TimeSpan.FromMilliseconds(250);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        cluster.Start();
        await ProbeAsync();

        // A node that starts has no fences.
        foreach (var primary in primaries.All.Where(primary => primary.Breaker.IsClosed))
        {
            primary.TakeFenceRequest();
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionFailed += Failed;
        redis.ConnectionRestored += Restored;
        redis.ConfigurationChanged += Changed;
        redis.HashSlotMoved += Moved;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var isWell = !cluster.IsInDoubt && primaries.All.All(primary => primary is { Breaker.IsClosed: true, MayHaveLostFences: false });
                await primaries.WaitAsync(isWell ? WhileUsed() : WhileUnavailable, stoppingToken);
                await ProbeAsync();
                await Task.WhenAll(primaries.All.Select(WriteFencesAsync));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            redis.ConnectionFailed -= Failed;
            redis.ConnectionRestored -= Restored;
            redis.ConfigurationChanged -= Changed;
            redis.HashSlotMoved -= Moved;
        }
    }

    private async Task ProbeAsync()
    {
        cluster.Look();
        await Task.WhenAll(primaries.All.Select(AskAsync));
        clock.Set(primaries.All);
    }

    private async Task AskAsync(RedisPrimary primary)
    {
        try
        {
            var servers = primaries.ServersOf(primary);
            if (servers is [])
            {
                Open(primary, "there is no connection");
                return;
            }

            var times = await Task.WhenAll(servers.Select(TimeAsync)).WaitAsync(options.RedisDeadline);
            primary.ClockOffset = clock.OffsetOf(times.Min());
            primary.Breaker.Close();
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            Open(primary, error is TimeoutException ? "it does not answer in time" : error.Message);
        }
    }

    private static TimeSpan WhileUsed() => TimeSpan.FromSeconds(Random.Shared.Next(30, 60));

    private static void Open(RedisPrimary primary, string why)
    {
        primary.Breaker.Open(why);
        primary.RequestFences();
    }

    private async Task WriteFencesAsync(RedisPrimary primary)
    {
        if (primary.Breaker.IsClosed && primary.TakeFenceRequest() && !await invalidator.ReapplyFencesAsync(primary))
        {
            primary.RequestFences();
        }
    }

    private void Failed(object? sender, ConnectionFailedEventArgs failure)
    {
        foreach (var primary in primaries.All.Where(primary => !primaries.IsConnected(primary)))
        {
            Open(primary, "the connection is lost");
        }

        cluster.Doubt();
        primaries.RequestProbe();
    }

    private void Restored(object? sender, ConnectionFailedEventArgs restoration)
    {
        foreach (var primary in primaries.All.Where(primary => primary.Address is null || primary.Address.Equals(restoration.EndPoint)))
        {
            primary.RequestFences();
        }

        cluster.Doubt();
        primaries.RequestProbe();
    }

    private void Changed(object? sender, EndPointEventArgs change)
    {
        foreach (var primary in primaries.All)
        {
            primary.RequestFences();
        }

        cluster.Doubt();
        primaries.RequestProbe();
    }

    private void Moved(object? sender, HashSlotMovedEventArgs move)
    {
        if (cluster.Doubt())
        {
            primaries.RequestProbe();
        }
    }

    private async Task<DateTimeOffset> TimeAsync(IServer server)
    {
        var asked = local.Now;
        ledger.Count(LedgerName);
        var time = await server.TimeAsync();
        return new DateTimeOffset(time, TimeSpan.Zero).AddMilliseconds((local.Now - asked) / 2.0);
    }
}
