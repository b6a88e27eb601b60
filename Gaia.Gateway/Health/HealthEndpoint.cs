namespace Gaia.Gateway.Health;

internal static class HealthEndpoint
{
    public static void MapGatewayHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", async (HealthReporter reporter) =>
        {
            var report = await reporter.ReportAsync();
            return TypedResults.Json(report, statusCode: report.Status == Condition.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        }).WithName("GetHealth").WithTags("System")
            .WithSummary("Check the health of Gaia")
            .WithDescription("Reports on Redis, the database, NATS, the cache and every service. Degraded is answered with 200, unhealthy with 503.")
            .WithMetadata(ProbeMetadata.Instance).DisableHttpMetrics()
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
}
