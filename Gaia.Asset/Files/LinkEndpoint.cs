using System.ComponentModel.DataAnnotations;
using Gaia.Asset.Links;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Files;

internal static class LinkEndpoint
{
    public static void MapLinks(this IEndpointRouteBuilder routes) =>
        routes.MapPost($"{FileRoutes.Root}/{{id}}/sign", Sign).WithTags("Assets").WithName("SignAsset").RequireAuthorization()
            .WithSummary("Sign a link to an asset")
            .WithDescription("Makes a link that opens the content without a credential until it expires. The method is GET, which includes HEAD, or HEAD alone.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no asset of this id.");

    private static async Task<Results<Ok<SignedLink>, ProblemHttpResult>> Sign(
        Guid id, LinkRequest request, HttpContext context, CurrentUser user, AssetDb db, AssetLinks links, CancellationToken ct)
    {
        if (!await db.Files.AnyAsync(f => f.Id == id && f.OwnerId == user.Id, ct))
        {
            return FileProblems.NotFound;
        }

        // The link is a credential of its own.
        context.Response.Headers.CacheControl = "no-store";
        var query = links.Sign(id, user.Id!.Value, Enum.Parse<LinkMethod>(request.Method), TimeSpan.FromSeconds(request.ExpiresIn));
        return TypedResults.Ok(new SignedLink(FileRoutes.ContentOf(id) + query));
    }
}

/// <param name="ExpiresIn">Seconds, at most a week.</param>
/// <param name="Method">GET, which includes HEAD, or HEAD.</param>
public sealed record LinkRequest(
    [Range(1, 604_800)] int ExpiresIn = 3600,
    [AllowedValues("GET", "HEAD", ErrorMessage = "GET or HEAD.")] string Method = "GET");

internal sealed record SignedLink(string Url);
