using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NATS.Client.Core;

namespace Aspire.Hosting;

/// <summary>Healthy when the server accepts the credentials and answers a ping.</summary>
internal sealed class NatsServerHealthCheck(NatsServerResource nats) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = new NatsConnection(NatsOpts.Default with
            {
                Url = (await nats.ConnectionStringExpression.GetValueAsync(cancellationToken))!,
                RetryOnInitialConnect = false,
                MaxReconnectRetry = 0,
            });
            await connection.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is NatsException or IOException)
        {
            return HealthCheckResult.Unhealthy($"connecting failed: {e.Message}", e);
        }
    }
}
