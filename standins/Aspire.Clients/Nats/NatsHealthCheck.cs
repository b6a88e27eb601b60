using Microsoft.Extensions.Diagnostics.HealthChecks;
using NATS.Client.Core;

namespace Aspire.NATS.Net;

/// <summary>The state of the connection; one that nobody has opened yet is opened.</summary>
internal sealed class NatsHealthCheck(INatsConnection connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        connection.ConnectionState switch
        {
            NatsConnectionState.Open => HealthCheckResult.Healthy(),
            NatsConnectionState.Connecting or NatsConnectionState.Reconnecting => HealthCheckResult.Degraded(),
            NatsConnectionState.Closed => await OpenAsync(cancellationToken),
            _ => new HealthCheckResult(context.Registration.FailureStatus),
        };

    private async Task<HealthCheckResult> OpenAsync(CancellationToken ct)
    {
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(ct);
            return HealthCheckResult.Healthy();
        }
        catch (NatsException unreachable)
        {
            return HealthCheckResult.Unhealthy(exception: unreachable);
        }
    }
}
