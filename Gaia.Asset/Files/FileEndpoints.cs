using System.ComponentModel.DataAnnotations;
using Gaia.Asset.Blobs;
using Gaia.Asset.Links;
using Gaia.Asset.Quotas;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Gaia.Asset.Files;

internal static class FileEndpoints
{
    private const int MostPerPage = 100;
    private const string NotFoundWords = "The caller has no asset of this id.";

    // An asset never changes.
    private static readonly EntityTagHeaderValue OnlyVersion = new("\"1\"");

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        var files = routes.MapGroup(FileRoutes.Root).WithTags("Assets");

        files.MapGet("/", List).WithName("ListAssets").RequireAuthorization()
            .WithSummary("List assets").WithDescription("The caller's own, newest first, in pages.");
        files.MapGet("/{id}", Get).WithName("GetAsset").Produces<FileView>().Produces(StatusCodes.Status304NotModified)
            .WithSummary("Get an asset").WithDescription("Describes an asset to its owner and to whoever has a signed link to it.")
            .FailsWith(StatusCodes.Status401Unauthorized, "The request has neither a valid credential nor a signed link.")
            .FailsWith(StatusCodes.Status403Forbidden, "The signed link is not valid, or no longer.")
            .FailsWith(StatusCodes.Status404NotFound, NotFoundWords);
        files.MapDelete("/{id}", Delete).WithName("DeleteAsset").RequireAuthorization()
            .WithSummary("Delete an asset").WithDescription("Deletes an asset of the caller. Its bytes go as soon as no other asset has the same.")
            .ReadsHeader("If-Match", "The entity tag of what is to be deleted; any other is refused with 412.")
            .FailsWith(StatusCodes.Status404NotFound, NotFoundWords)
            .FailsWith(StatusCodes.Status412PreconditionFailed, "`If-Match` is not the entity tag of the asset.");
    }

    private static async Task<Results<Ok<FileList>, ValidationProblem>> List(
        CurrentUser user, AssetDb db, TimeProvider time, CancellationToken ct, [Range(1, MostPerPage)] int limit = 50, Guid? cursor = null)
    {
        var own = db.Files.Where(f => f.OwnerId == user.Id);
        var total = await own.CountAsync(ct);
        var page = await own.Where(f => cursor == null || f.Id < cursor).OrderByDescending(f => f.Id).Take(limit + 1).Select(FileView.From).ToListAsync(ct);

        var more = page.Count > limit;
        IReadOnlyList<FileView> shown = more ? page[..limit] : page;
        return TypedResults.Ok(new FileList(shown, total, "Assets retrieved successfully", time.GetUtcNow(), more ? shown[^1].Id : null));
    }

    private static async Task<IResult> Get(Guid id, [AsParameters] LinkQuery link, HttpContext context, FileReader reader, CancellationToken ct)
    {
        var (file, refusal) = await reader.FindAsync(id, context.Request.Method, link, ct);
        if (file is null)
        {
            return refusal!;
        }

        var headers = context.Response.GetTypedHeaders();
        headers.ETag = OnlyVersion;
        headers.CacheControl = FileReader.Revalidated;
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(OnlyVersion, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(FileView.Of(file));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, CurrentUser user, HttpContext context, AssetDb db, StorageQuota quota, BlobCollector blobs, CancellationToken ct)
    {
        var file = await db.Files.AsNoTracking().Include(f => f.Blob).SingleOrDefaultAsync(f => f.Id == id && f.OwnerId == user.Id, ct);
        if (file is not null && context.Request.GetTypedHeaders().IfMatch is { Count: > 0 } wanted
            && !wanted.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(OnlyVersion, useStrongComparison: true)))
        {
            return TypedResults.Problem("If-Match is not the entity tag of the asset", statusCode: StatusCodes.Status412PreconditionFailed);
        }

        var deleted = file is not null && await db.ExecuteInTransactionAsync(
            async token =>
            {
                if (await db.Files.Where(f => f.Id == id).ExecuteDeleteAsync(token) == 0)
                {
                    return false;
                }

                db.Record(new AssetDeleted(id, file.OwnerId));
                await quota.GiveBackAsync(file.OwnerId, file.Blob.Size, token);
                return true;
            },
            ct);
        if (!deleted)
        {
            return FileProblems.NotFound;
        }

        // The asset is gone by now, whatever becomes of this request; should the bytes stay, the sweeper finds them.
        try
        {
            await blobs.CollectAsync(file!.BlobId, CancellationToken.None);
        }
        catch (UnavailableException)
        {
            // The store tells of it itself.
        }

        return TypedResults.NoContent();
    }
}

/// <param name="Assets">Newest first.</param>
/// <param name="Total">Of all pages.</param>
/// <param name="Message">For people.</param>
/// <param name="Timestamp">Of the answer.</param>
/// <param name="NextCursor">Asks for the next page; null on the last.</param>
internal sealed record FileList(IReadOnlyList<FileView> Assets, int Total, string Message, DateTimeOffset Timestamp, Guid? NextCursor);
