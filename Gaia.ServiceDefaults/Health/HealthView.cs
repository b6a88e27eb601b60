using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

/// <summary>What a service says of itself: no exception text, no address.</summary>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, HealthCheckView> Checks)
{
    public static HealthView Of(HealthReport report) =>
        new(Word(report.Status), report.Entries.ToDictionary(check => check.Key, check => new HealthCheckView(Word(check.Value.Status), Milliseconds(check.Value.Duration))));

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 1);
}

internal sealed record HealthCheckView(string Status, double DurationMs);
