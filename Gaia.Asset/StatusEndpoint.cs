namespace Gaia.Asset;

internal static class StatusEndpoint
{
    public static void MapAssetStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/assets/test", (TimeProvider time) => new AssetStatus("ok", "asset-service", "Asset service is working", time.GetUtcNow()))
            .WithTags("Assets").WithName("TestAssets").WithSummary("Check that the asset service answers").WithDescription("Answers 200 while the asset service runs.");
}

internal sealed record AssetStatus(string Status, string Service, string Message, DateTimeOffset Timestamp);
