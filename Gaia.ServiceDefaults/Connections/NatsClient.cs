using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gaia;

internal static class NatsClient
{
    /// <summary>The connection, made in the background and made again for ever. Without NATS a service starts, and is degraded.</summary>
    public static void AddNats(this IHostApplicationBuilder builder)
    {
        builder.AddNatsClient(Resources.Nats, configureOptions: nats => nats with
        {
            Name = builder.Environment.ApplicationName,
            RetryOnInitialConnect = true,
            MaxReconnectRetry = -1,
            IgnoreAuthErrorAbort = true,

            // A severed or silent server is noticed within two seconds and asked for again within a fifth of one: staleness bounds are counted from here.
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
            PingInterval = TimeSpan.FromSeconds(1),
            MaxPingOut = 1,
        });
        builder.Services.AddOptionsWithValidateOnStart<JetStreamOptions>().BindConfiguration(JetStreamOptions.Section).ValidateDataAnnotations();
        builder.Services.BoundHealthCheck("NATS", "nats", HealthStatus.Degraded);
        builder.Services.AddHostedService<NatsConnector>();
    }
}
