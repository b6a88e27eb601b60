using Gaia.Gateway.Forwarding;
using Microsoft.AspNetCore.Http.HttpResults;
using Scalar.AspNetCore;
using System.Text.Json.Nodes;

namespace Gaia.Gateway.Docs;

internal static class DocsEndpoints
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        // The same for everyone and the same on every gateway: what output caching is for.
        routes.MapGet("/openapi/v1.json", Describe).CacheOutput(policy => policy.Expire(KeptFor)).ExcludeFromDescription();
        routes.MapScalarApiReference("/docs", options => options.WithTitle("Gaia").WithOpenApiRoutePattern("/openapi/v1.json"));
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> Describe(HttpContext context, ApiDescription description, CancellationToken ct)
    {
        try
        {
            return TypedResults.Ok(await description.Compose(ct));
        }
        catch (HttpRequestException)
        {
            return ServiceForwarder.Unavailable(context, "description");
        }
    }
}
