using System.Text.Json.Nodes;
using Gaia.Gateway.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Docs;

internal static class DocsEndpoints
{
    private const string DescriptionPath = "/openapi/v1.json";
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        // The same for everyone and the same on every gateway: what output caching is for.
        routes.MapGet(DescriptionPath, Describe).CacheOutput(policy => policy.Expire(KeptFor)).ExcludeFromDescription();
        routes.MapDocsPage("/docs", DescriptionPath);
    }

    private static async Task<Results<Ok<JsonObject>, ProblemHttpResult>> Describe(HttpContext context, ApiDescription description, CancellationToken ct)
    {
        try
        {
            return TypedResults.Ok(await description.ComposeAsync(ct));
        }
        catch (ServiceUnavailableException error)
        {
            return ServiceUnavailable.Problem(context, error.Service);
        }
    }
}
