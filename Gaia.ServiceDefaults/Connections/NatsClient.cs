using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;

namespace Gaia;

internal static class NatsClient
{
    /// <summary>The connection, made in the background and made again for ever. Without NATS a service starts, and is degraded.</summary>
    public static void AddNats(this IHostApplicationBuilder builder)
    {
        // Aspire's health check connects when nobody has, and with RetryOnInitialConnect such a call does not end before NATS is there.
        builder.AddNatsClient(Resources.Nats, settings => settings.DisableHealthChecks = true, nats => nats with
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
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "nats", services => new NatsHealthCheck(services.GetRequiredService<INatsConnection>()), HealthStatus.Degraded, tags: null));
        builder.Services.AddHostedService<NatsConnector>();
    }
}
