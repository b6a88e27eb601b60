using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

internal static class HealthEndpoints
{
    public const string Health = "/health";
    public const string Alive = "/alive";

    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(5);

    public static void AddHealthLog(this IServiceCollection services)
    {
        services.AddSingleton<IHealthCheckPublisher, HealthLog>();
        services.Configure<HealthCheckPublisherOptions>(options => options.Period = LogPeriod);
    }

    public static RouteHandlerBuilder MapAlive(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Alive, () => TypedResults.Ok(new AliveView("alive"))).WithName("GetAlive").WithTags("System")
            .WithSummary("Check that the gateway runs").WithDescription("Answers 200 while the process serves requests, whatever else is unavailable.")
            .WithMetadata(ProbeMetadata.Instance).DisableHttpMetrics();

    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Health, Report).WithMetadata(ProbeMetadata.Instance).DisableHttpMetrics().ExcludeFromDescription();

    private static async Task<JsonHttpResult<HealthView>> Report(HealthCheckService health, CancellationToken ct)
    {
        var report = await Probe.RunAsync(() => health.CheckHealthAsync(ct));
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(HealthView.Of(report), statusCode: status);
    }
}

/// <summary>Said while the process serves.</summary>
internal sealed record AliveView(string Status);

/// <summary>Marks the endpoints that answer to anyone: orchestrators have no credential.</summary>
public sealed class ProbeMetadata
{
    public static ProbeMetadata Instance { get; } = new();
}
