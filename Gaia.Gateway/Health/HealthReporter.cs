using Gaia.Caching.Administration;
using NATS.Client.Core;

namespace Gaia.Gateway.Health;

/// <summary>
/// Looks at everything Gaia stands on, all at once. One report serves everyone who asks while it is made and for a moment after, so that a flood of
/// questions is not a flood of probes.
/// </summary>
internal sealed class HealthReporter(
    ServiceHealthCache services,
    RedisHealthMonitor redis,
    INatsConnection nats,
    CacheHealth cache,
    CacheAdministration statistics,
    TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PingDeadline = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Task<HealthReport>? last;
    private long lastStarted;

    public Task<HealthReport> ReportAsync()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && time.GetElapsedTime(lastStarted) > Freshness))
            {
                lastStarted = time.GetTimestamp();
                last = Probe.RunAsync(ProbeAsync);
            }

            return last;
        }
    }

    private async Task<HealthReport> ProbeAsync()
    {
        string[] names = [Resources.Auth, Resources.Chat, Resources.Asset];
        var probes = Task.WhenAll(names.Select(services.GetAsync));
        var (redisHealth, natsHealth) = (LookAtRedis(), PingNatsAsync());
        await Task.WhenAll(probes, natsHealth);

        // The gateway has no database: what the services say of theirs is what it knows.
        var databases = probes.Result.Select(s => s.Database).OfType<string>().ToList();
        var responsive = databases.Count > 0 && databases.TrueForAll(d => d == Condition.Healthy);
        var database = new DatabaseHealth(Condition.Of(responsive), responsive);

        var views = names.Zip(probes.Result, (name, s) => (name, View: new ServiceHealthView(s.Status, s.ResponseTime))).ToDictionary(s => s.name, s => s.View);
        var status = HealthReport.Overall(redisHealth, database, natsHealth.Result, views.Values);
        return new(status, time.GetUtcNow(), RootEndpoint.Version, redisHealth, database, natsHealth.Result, LookAtCache(), views);
    }

    private string Breaker => cache.IsRedisUsed ? "closed" : "open";

    private long? ReplayLagMs => cache.LogDelay is var delay && delay == TimeSpan.MaxValue ? null : (long)delay.TotalMilliseconds;

    private CacheView LookAtCache()
    {
        var totals = statistics.Stats().Regions.Select(region => region.Total).ToList();
        var (hits, reads) = (totals.Sum(t => t.Hits), totals.Sum(t => t.Hits + t.Misses));
        return new(cache.IsLogTrusted, reads == 0 ? null : Math.Round((double)hits / reads, 4));
    }

    private RedisHealth LookAtRedis() => new(
        redis.Problem is null ? Condition.Healthy : redis.IsAnswering ? Condition.Degraded : Condition.Unhealthy,
        redis.IsAnswering,
        Breaker,
        redis.Latency is { } latency ? Math.Round(latency.TotalMilliseconds, 2) : null,
        new(cache.RedisPrimariesUsed, cache.RedisPrimaries));

    private async Task<NatsHealth> PingNatsAsync()
    {
        try
        {
            await nats.PingAsync().AsTask().WaitAsync(PingDeadline);
            return new(Condition.Healthy, Connected: true, ReplayLagMs);
        }
        catch (Exception e) when (e is NatsException or TimeoutException or OperationCanceledException)
        {
            return new(Condition.Unhealthy, Connected: false, ReplayLagMs);
        }
    }
}
