using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NATS.Client.Core;

namespace Aspire.Hosting.Engine;

/// <summary>NATS is ready when it takes the credentials and answers a ping.</summary>
internal sealed class NatsReadiness(NatsServerResource nats) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = new NatsConnection(NatsOpts.Default with
            {
                Url = $"nats://{nats.PrimaryEndpoint.Host}:{nats.PrimaryEndpoint.Port}",
                AuthOpts = nats.PasswordParameter is null ? NatsAuthOpts.Default : new()
                {
                    Username = await nats.UserNameReference.GetValueAsync(cancellationToken),
                    Password = await nats.PasswordParameter.GetValueAsync(cancellationToken),
                },
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
