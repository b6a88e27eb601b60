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
    IReadOnlyDictionary<string, ServiceHealthView> Services)
{
    public static string Overall(RedisHealth redis, DatabaseHealth database, NatsHealth nats, IEnumerable<ServiceHealthView> services) =>
        !database.Responsive ? Condition.Unhealthy
        : redis.Connected && nats.Connected && services.All(s => s.Status == Condition.Healthy) ? Condition.Healthy
        : Condition.Degraded;
}

/// <param name="LatencyMs">Of one PING; none when it was not answered.</param>
internal sealed record RedisHealth(string Status, bool Connected, double? LatencyMs);

internal sealed record DatabaseHealth(string Status, bool Responsive);

internal sealed record NatsHealth(string Status, bool Connected);

/// <param name="ResponseTime">Seconds.</param>
internal sealed record ServiceHealthView(string Status, double ResponseTime);
