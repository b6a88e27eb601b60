using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Gateway.Health;

/// <summary>
/// Looks at everything Gaia stands on, all at once. One report serves everyone who asks while it is made and for a moment after, so that a flood of
/// questions is not a flood of probes.
/// </summary>
internal sealed class HealthReporter(ServiceProbe probe, IConnectionMultiplexer redis, INatsConnection nats, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PingDeadline = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task<HealthReport>? last;
    private long lastStarted;

    public Task<HealthReport> Report()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && time.GetElapsedTime(lastStarted) > Freshness))
            {
                lastStarted = time.GetTimestamp();
                last = Look();
            }

            return last;
        }
    }

    private async Task<HealthReport> Look()
    {
        string[] names = [Resources.Auth, Resources.Chat, Resources.Asset];
        var services = Task.WhenAll(names.Select(name => probe.Ask(name, CancellationToken.None)));
        var (redisHealth, natsHealth) = (AskRedis(), AskNats());
        await Task.WhenAll(services, redisHealth, natsHealth);

        // The gateway has no database: what the services say of theirs is what it knows.
        var databases = services.Result.Select(s => s.Database).OfType<string>().ToList();
        var responsive = databases.Count > 0 && databases.TrueForAll(d => d == Condition.Healthy);
        var database = new DatabaseHealth(Condition.Of(responsive), responsive);

        var views = names.Zip(services.Result, (name, s) => (name, View: new ServiceHealthView(s.Status, s.ResponseTime))).ToDictionary(s => s.name, s => s.View);
        var status = HealthReport.Overall(redisHealth.Result, database, natsHealth.Result, views.Values);
        return new(status, time.GetUtcNow(), FrontDoor.Version, redisHealth.Result, database, natsHealth.Result, views);
    }

    private async Task<RedisHealth> AskRedis()
    {
        try
        {
            var latency = await redis.GetDatabase().PingAsync().WaitAsync(PingDeadline);
            return new(Condition.Healthy, Connected: true, Math.Round(latency.TotalMilliseconds, 2));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return new(Condition.Unhealthy, Connected: false, LatencyMs: null);
        }
    }

    private async Task<NatsHealth> AskNats()
    {
        try
        {
            await nats.PingAsync().AsTask().WaitAsync(PingDeadline);
            return new(Condition.Healthy, Connected: true);
        }
        catch (Exception e) when (e is NatsException or TimeoutException or OperationCanceledException)
        {
            return new(Condition.Unhealthy, Connected: false);
        }
    }
}
