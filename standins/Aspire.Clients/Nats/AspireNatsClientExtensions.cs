using Aspire;
using Aspire.NATS.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Microsoft.Extensions.Hosting;

public static class AspireNatsClientExtensions
{
    private const string Section = "Aspire:NATS:Net";

    public static void AddNatsClient(this IHostApplicationBuilder builder, string connectionName) =>
        builder.Add(connectionName, null, null);

    public static void AddNatsClient(this IHostApplicationBuilder builder, string connectionName, Action<NatsClientSettings>? configureSettings) =>
        builder.Add(connectionName, configureSettings, null);

    public static void AddNatsClient(this IHostApplicationBuilder builder, string connectionName, Func<NatsOpts, NatsOpts>? configureOptions) =>
        builder.Add(connectionName, null, IgnoringServices(configureOptions));

    public static void AddNatsClient(
        this IHostApplicationBuilder builder, string connectionName, Func<IServiceProvider, NatsOpts, NatsOpts>? configureOptions) =>
        builder.Add(connectionName, null, configureOptions);

    public static void AddNatsClient(
        this IHostApplicationBuilder builder, string connectionName, Action<NatsClientSettings>? configureSettings, Func<NatsOpts, NatsOpts>? configureOptions) =>
        builder.Add(connectionName, configureSettings, IgnoringServices(configureOptions));

    public static void AddNatsClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NatsClientSettings>? configureSettings,
        Func<IServiceProvider, NatsOpts, NatsOpts>? configureOptions) =>
        builder.Add(connectionName, configureSettings, configureOptions);

    public static void AddNatsJetStream(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<INatsJSContext>(services => new NatsJSContextFactory().CreateContext(services.GetRequiredService<INatsConnection>()));
    }

    private static void Add(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NatsClientSettings>? configureSettings,
        Func<IServiceProvider, NatsOpts, NatsOpts>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = ConnectionSettings.Read<NatsClientSettings>(builder, Section, connectionName);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.TryAddSingleton(services =>
        {
            var options = NatsOpts.Default with { LoggerFactory = services.GetRequiredService<ILoggerFactory>() };
            options = configureOptions?.Invoke(services, options) ?? options;
            var url = settings.ConnectionString ?? throw new InvalidOperationException($"NATS connection string not found: {connectionName}");
            return new NatsConnection(options with { Url = url });
        });
        builder.Services.TryAddSingleton<INatsConnection>(services => services.GetRequiredService<NatsConnection>());

        if (!settings.DisableHealthChecks)
        {
            builder.TryAddHealthCheck("NATS", services => new NatsHealthCheck(services.GetRequiredService<INatsConnection>()));
        }

        if (!settings.DisableTracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("NATS.Net"));
        }
    }

    private static Func<IServiceProvider, NatsOpts, NatsOpts>? IgnoringServices(Func<NatsOpts, NatsOpts>? configureOptions) =>
        configureOptions is null ? null : (_, options) => configureOptions(options);
}
