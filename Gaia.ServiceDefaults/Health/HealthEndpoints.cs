using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaia;

internal static class HealthEndpoints
{
    public const string Health = "/health";
    public const string Alive = "/alive";

    public static void MapAlive(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Alive, () => TypedResults.Ok(new { Status = "alive" })).WithMetadata(ProbeMetadata.Instance).ExcludeFromDescription();

    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Health, Report).WithMetadata(ProbeMetadata.Instance).ExcludeFromDescription();

    private static async Task<JsonHttpResult<HealthView>> Report(HealthCheckService health, CancellationToken ct)
    {
        var report = await health.CheckHealthAsync(ct);
        var status = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        return TypedResults.Json(HealthView.Of(report), statusCode: status);
    }
}

/// <summary>Marks the endpoints that answer to anyone: orchestrators have no credential.</summary>
internal sealed class ProbeMetadata
{
    public static ProbeMetadata Instance { get; } = new();
}
