using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia.Asset.Staging;

/// <summary>Degraded after a write found the volume full, until there is more room than it found.</summary>
internal sealed class StorageHealthCheck(StagingArea staging) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(staging.IsFull ? new HealthCheckResult(context.Registration.FailureStatus, "the volume is full") : HealthCheckResult.Healthy());
}
