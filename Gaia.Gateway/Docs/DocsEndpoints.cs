using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gaia.Gateway.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Gateway.Docs;

internal static class DocsEndpoints
{
    private const string DescriptionPath = "/openapi/v1.json";
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    /// <summary>For people as well: the repository has a copy, whose changes are reviewed.</summary>
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        // The same for everyone and the same on every gateway: what output caching is for.
        routes.MapGet(DescriptionPath, Describe).CacheOutput(policy => policy.Expire(KeptFor)).ExcludeFromDescription();
        routes.MapDocsPage("/docs", DescriptionPath);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Describe(HttpContext context, ApiDescription description, CancellationToken ct)
    {
        try
        {
            return TypedResults.Text((await description.ComposeAsync(ct)).ToJsonString(Indented) + "\n", MediaTypeNames.Application.Json);
        }
        catch (ServiceUnavailableException error)
        {
            return ServiceUnavailable.Problem(context, error.Service);
        }
    }
}
