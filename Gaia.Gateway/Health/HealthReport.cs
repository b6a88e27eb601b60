namespace Gaia.Gateway.Health;

/// <summary>The words of the health report, of the whole and of each part.</summary>
internal static class Condition
{
    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";

    public static string Of(bool well) => well ? Healthy : Unhealthy;
}

internal sealed record HealthReport(
    string Status,
    DateTimeOffset Timestamp,
    string Version,
    RedisHealth Redis,
    DatabaseHealth Database,
    NatsHealth Nats,
    CacheView Cache,
    IReadOnlyDictionary<string, ServiceHealthView> Services)
{
    public static string Overall(RedisHealth redis, DatabaseHealth database, NatsHealth nats, IEnumerable<ServiceHealthView> services) =>
        !database.Responsive ? Condition.Unhealthy
        : redis.Status == Condition.Healthy && nats.Connected && services.All(s => s.Status == Condition.Healthy) ? Condition.Healthy
        : Condition.Degraded;
}

/// <param name="Breaker">"closed" while reads ask Redis, "open" while they go around it, on a cluster around all of it.</param>
/// <param name="LatencyMs">Of the last check, which is repeated every few minutes and after every error; none when it failed.</param>
internal sealed record RedisHealth(string Status, bool Connected, string Breaker, double? LatencyMs, RedisPrimariesHealth Primaries);

/// <summary>One primary, unless Redis is a cluster. Each has a breaker of its own.</summary>
/// <param name="Connected">How many of them reads ask.</param>
internal sealed record RedisPrimariesHealth(int Connected, int Total);

internal sealed record DatabaseHealth(string Status, bool Responsive);

/// <param name="ReplayLagMs">How long ago this gateway had last applied the whole invalidation log; zero when nothing waits, none when it never had.</param>
internal sealed record NatsHealth(string Status, bool Connected, long? ReplayLagMs);

/// <param name="Trusted">Whether memory may answer: the invalidation log is connected.</param>
/// <param name="HitRatio">The share of this gateway's reads of the last hour that memory answered; none when there were none.</param>
internal sealed record CacheView(bool Trusted, double? HitRatio);

/// <param name="ResponseTime">Seconds.</param>
internal sealed record ServiceHealthView(string Status, double ResponseTime);
