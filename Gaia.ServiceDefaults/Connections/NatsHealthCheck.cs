using Microsoft.Extensions.Diagnostics.HealthChecks;
using NATS.Client.Core;

namespace Gaia;

/// <summary>Reports the state of the connection, which pings of its own keep true to within two seconds.</summary>
internal sealed class NatsHealthCheck(INatsConnection nats) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(nats.ConnectionState == NatsConnectionState.Open ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus));
}
