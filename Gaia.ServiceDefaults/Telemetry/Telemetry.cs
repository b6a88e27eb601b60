using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gaia;

internal static class Telemetry
{
    private const string Ours = "Gaia.*";
    private const string Nats = "NATS.Net";
    private const string Npgsql = "Npgsql";

    /// <summary>Logs to the terminal; logs, metrics and traces to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, if it names one.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Npgsql, Nats, Ours))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation(calls => calls.FilterHttpRequestMessage = call => !IsProbe(call.RequestUri?.AbsolutePath))
                .AddSource(builder.Environment.ApplicationName, Npgsql, Nats, Ours));

        // Aspire names its services by this variable; a service that runs alone still has a name.
        if (builder.Configuration["OTEL_SERVICE_NAME"] is not { Length: > 0 })
        {
            telemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        }

        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsProbe(PathString path) => path == HealthEndpoints.Health || path == HealthEndpoints.Alive;
}
