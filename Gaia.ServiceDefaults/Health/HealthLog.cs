using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Gaia;

/// <summary>Says when something that the service stands on becomes unavailable and when it is back; not what every request in between ran into.</summary>
internal sealed partial class HealthLog(ILogger<HealthLog> logger) : IHealthCheckPublisher
{
    private readonly Dictionary<string, HealthStatus> known = [];

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (name, check) in report.Entries)
        {
            var before = known.GetValueOrDefault(name, HealthStatus.Healthy);
            known[name] = check.Status;
            if (check.Status == before)
            {
                continue;
            }

            if (check.Status == HealthStatus.Healthy)
            {
                LogBack(name);
            }
            else
            {
                LogAway(name, check.Status, check.Exception?.GetBaseException().Message ?? check.Description ?? "no answer");
            }
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Information, "{Check} is healthy again")]
    private partial void LogBack(string check);

    [LoggerMessage(LogLevel.Warning, "{Check} is {Status}: {Reason}")]
    private partial void LogAway(string check, HealthStatus status, string reason);
}
