using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

/// <summary>What a service says of itself: no exception text, no address.</summary>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, HealthCheckView> Checks)
{
    public static HealthView Of(HealthReport report) =>
        new(Word(report.Status), report.Entries.ToDictionary(check => check.Key, check => HealthCheckView.Of(check.Value)));

    internal static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}

internal sealed record HealthCheckView(string Status, double DurationMs)
{
    public static HealthCheckView Of(HealthReportEntry check) => new(HealthView.Word(check.Status), Math.Round(check.Duration.TotalMilliseconds, 1));
}
