using Gaia.Caching.Engine;
using Gaia.Caching.Store;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace Gaia.Caching.Writing;

/// <summary>
/// Asks every primary for the time in the background: at once on request, often while Redis is unavailable, rarely otherwise. The answer closes the
/// breaker and sets <see cref="RedisClock"/>.
/// </summary>
internal sealed class RedisProbe(IConnectionMultiplexer redis, CircuitBreaker breaker, RedisClock clock, Clock local, Invalidator invalidator, CachingOptions options)
    : BackgroundService
{
    private static readonly TimeSpan WhileUnavailable = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WhileUsed = TimeSpan.FromMinutes(1);

    private bool mayHaveLostFences;

    /// <summary>Whether all primaries that are connected answer in time.</summary>
    private async Task<bool> AskAsync()
    {
        try
        {
            var primaries = redis.GetServers().Where(server => server.IsConnected && !server.IsReplica).ToArray();
            if (primaries.Length is 0)
            {
                breaker.Open("there is no connection");
                return false;
            }

            clock.Set(await Task.WhenAll(primaries.Select(TimeAsync)).WaitAsync(options.RedisDeadline));
            breaker.Close();
            return true;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            breaker.Open(error is TimeoutException ? "it does not answer in time" : error.Message);
            return false;
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await AskAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionFailed += Failed;
        redis.ConnectionRestored += Restored;
        redis.ConfigurationChanged += Moved;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var wasUsed = breaker.IsClosed && !Volatile.Read(ref mayHaveLostFences);
                await breaker.WaitAsync(wasUsed ? WhileUsed : WhileUnavailable, stoppingToken);
                if (await AskAsync() && (Interlocked.Exchange(ref mayHaveLostFences, false) || !wasUsed) && !await invalidator.ReapplyFencesAsync())
                {
                    Volatile.Write(ref mayHaveLostFences, true);
                }
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
            redis.ConfigurationChanged -= Moved;
        }
    }

    private void Failed(object? sender, ConnectionFailedEventArgs failure)
    {
        if (!redis.IsConnected)
        {
            breaker.Open("the connection is lost");
        }

        breaker.RequestProbe();
    }

    private void Restored(object? sender, ConnectionFailedEventArgs restoration) => RequestFences();

    private void Moved(object? sender, EndPointEventArgs change) => RequestFences();

    private void RequestFences()
    {
        Volatile.Write(ref mayHaveLostFences, true);
        breaker.RequestProbe();
    }

    private async Task<DateTimeOffset> TimeAsync(IServer server)
    {
        var asked = local.Now;
        var time = await server.TimeAsync();
        return new DateTimeOffset(time, TimeSpan.Zero).AddMilliseconds((local.Now - asked) / 2.0);
    }
}
