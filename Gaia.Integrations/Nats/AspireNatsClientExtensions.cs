using Aspire.NATS.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.OpenTelemetry;
using NATS.Extensions.Microsoft.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>The NATS client under the names that <c>Aspire.NATS.Net</c> uses, for feeds that do not serve that package.</summary>
public static class AspireNatsClientExtensions
{
    private const string Section = "Aspire:NATS:Net";

    /// <summary>Adds an <see cref="INatsConnection"/> to the server of a connection string, with a health check, traces and metrics.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="connectionName">The name of the connection string.</param>
    /// <param name="configureSettings">Changes the settings that were read.</param>
    /// <param name="configureOptions">Changes the client's options.</param>
    /// <exception cref="InvalidOperationException">There is no such connection string; thrown when the connection is first asked for.</exception>
    public static void AddNatsClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NatsClientSettings>? configureSettings = null,
        Func<NatsOpts, NatsOpts>? configureOptions = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = new NatsClientSettings();
        builder.Configuration.GetSection(Section).Bind(settings);
        builder.Configuration.GetSection($"{Section}:{connectionName}").Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddNatsClient(nats => nats.ConfigureOptions(options => options.Configure<ILoggerFactory>((client, logging) =>
        {
            var opts = client.Opts with
            {
                LoggerFactory = logging,
                Url = settings.ConnectionString ?? throw new InvalidOperationException($"There is no connection string {connectionName}."),
            };
            client.Opts = configureOptions?.Invoke(opts) ?? opts;
        })));

        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                "NATS", services => new NatsHealthCheck(services.GetRequiredService<INatsConnection>()), failureStatus: null, tags: null));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNatsClientInstrumentation());
        }

        if (!settings.DisableMetrics)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddNatsClientInstrumentation());
        }
    }

    /// <summary>Adds <see cref="INatsJSContext"/>, JetStream on the connection of <see cref="AddNatsClient"/>.</summary>
    public static void AddNatsJetStream(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<INatsJSContext>(services => new NatsJSContextFactory().CreateContext(services.GetRequiredService<INatsConnection>()));
    }
}
