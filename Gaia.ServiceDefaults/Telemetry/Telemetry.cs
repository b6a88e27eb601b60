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
    private const string Npgsql = "Npgsql";
    private const string GenAI = "Experimental.Microsoft.Extensions.AI";

    /// <summary>Logs to the terminal; logs, metrics and traces to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names, if it names one.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder, ServiceRole role)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Default;
        });

        // Without a collector nobody reads any of it, and watching every request takes as long as serving it.
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            builder.AddOpenTelemetry();
        }
        else
        {
            // What the clients of Redis, NATS and PostgreSQL tell of themselves, which would also reach services that have a collector.
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.SetSampler(new AlwaysOffSampler()));
            if (role == ServiceRole.Edge)
            {
                // ASP.NET Core begins a trace for whoever would log it, HttpClient goes on with it: a tenth of the time of a forwarded request.
                builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            }
        }
    }

    private static void AddOpenTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .UseOtlpExporter()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Npgsql, GenAI, Ours)

                // Counts by route what the request duration counts as well, and is the only instrument that cannot leave out health probes.
                .AddView("aspnetcore.routing.match_attempts", MetricStreamConfiguration.Drop))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation(calls => calls.FilterHttpRequestMessage = call => !IsProbe(call.RequestUri?.AbsolutePath))
                .AddSource(builder.Environment.ApplicationName, Npgsql, GenAI, Ours)
                .SetSampler(new ParentBasedSampler(new RequestsOnlySampler())));

        // Aspire names its services by this variable; a service that runs alone still has a name.
        if (builder.Configuration["OTEL_SERVICE_NAME"] is not { Length: > 0 })
        {
            telemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        }
    }

    private static bool IsProbe(PathString path) => path == HealthEndpoints.Health || path == HealthEndpoints.Alive;
}
