using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Links;
using Gaia.Asset.Variants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Gaia.Asset.Content;

/// <summary>Serves the bytes of an asset, whole or by range.</summary>
internal static class FileContent
{
    private static readonly string[] Readable = [HttpMethods.Get, HttpMethods.Head];

    // In truth the asset's own.
    private const string AnyType = "application/octet-stream";

    public static void MapContent(this IEndpointRouteBuilder routes) =>
        routes.MapMethods($"{FileRoutes.Root}/{{id}}/content", Readable, ServeAsync).WithTags("Assets").WithName("GetAssetContent").WithSummary("Get the content of an asset")
            .WithDescription(
                "Sends the bytes, whole or in ranges, to the owner and to whoever has a signed link. With `w`, `h`, `fit` or `format` it sends an image variant, " +
                "which is made once and stored; of an animation it is the first frame.")
            .FailsWith(StatusCodes.Status401Unauthorized, "The request has neither a valid credential nor a signed link.")
            .FailsWith(StatusCodes.Status403Forbidden, "The signed link is not valid, or no longer.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no asset of this id.")
            .FailsWith(StatusCodes.Status416RangeNotSatisfiable, "The content does not have the range.")
            .FailsWith(StatusCodes.Status422UnprocessableEntity, "There is no such variant: a parameter is out of bounds, or the asset is no image that can be decoded.")
            .Produces<Stream>(contentType: AnyType).Produces<Stream>(StatusCodes.Status206PartialContent, AnyType)
            .ReadsHeader("Range", "Some of the bytes.").ReadsHeader("If-Range", "All of them when the entity tag is another.")
            .ReadsQuery("w", JsonSchemaType.Integer, "An image variant's width in pixels.")
            .ReadsQuery("h", JsonSchemaType.Integer, "An image variant's height in pixels.")
            .ReadsQuery("fit", JsonSchemaType.String, "cover, contain or fill.")
            .ReadsQuery("format", JsonSchemaType.String, "webp, jpeg or png.");

    private static async Task<IResult> ServeAsync(
        Guid id, [AsParameters] LinkQuery link, HttpContext context, FileReader reader, VariantReader variants, IBlobStore store, CancellationToken ct)
    {
        IgnoreUnknownRangeUnits(context.Request.Headers);
        var (file, refusal) = await reader.FindAsync(id, context.Request.Method, link, ct);
        if (file is null)
        {
            return refusal!;
        }

        if (!VariantQuery.IsIn(context.Request.Query))
        {
            return await SendAsync(context.Response, file.Blob, file.Name, file.ContentType, store, ct);
        }

        var (variant, why) = await variants.FindAsync(file, context, ct);
        return variant is null ? why! : await SendAsync(context.Response, variant.Blob, variant.NameFor(file.Name), variant.ContentType, store, ct);
    }

    /// <summary>A range in a unit that is not known is no range (RFC 9110, 14.2); the framework takes every unit for bytes.</summary>
    private static void IgnoreUnknownRangeUnits(IHeaderDictionary headers)
    {
        if (headers.Range is not [{ } range] || !range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(HeaderNames.Range);
        }
    }

    private static async Task<IResult> SendAsync(HttpResponse response, Blob blob, string name, string type, IBlobStore store, CancellationToken ct)
    {
        if (await store.OpenAsync(blob, ct) is not { } bytes)
        {
            return FileProblems.NotFound;
        }

        var headers = response.GetTypedHeaders();
        headers.CacheControl = FileReader.Revalidated;
        headers.ContentDisposition = Disposition(name, type);

        // Users bring these bytes: whatever they are, a browser must not run them with the rights of this origin.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return new Ranged(TypedResults.Stream(bytes, type, lastModified: blob.CreatedAt, entityTag: new($"\"{blob.Sha256}\""), enableRangeProcessing: true));
    }

    private static ContentDispositionHeaderValue Disposition(string name, string type)
    {
        var shown = type.StartsWith("image/", StringComparison.Ordinal) && type != "image/svg+xml"
            || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);
        var disposition = new ContentDispositionHeaderValue(shown ? "inline" : "attachment");
        disposition.SetHttpFileName(name);
        return disposition;
    }

    /// <summary>A range that there is not is answered without a body; without these headers it gets the one of every other error.</summary>
    private sealed class Ranged(FileStreamHttpResult content) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await content.ExecuteAsync(httpContext);
            if (httpContext.Response is { StatusCode: StatusCodes.Status416RangeNotSatisfiable, HasStarted: false } response)
            {
                response.ContentLength = null;
                response.ContentType = null;
                response.Headers.ContentDisposition = default;
            }
        }
    }
}
