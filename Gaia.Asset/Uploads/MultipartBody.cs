using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gaia.Asset.Errors;
using Gaia.Asset.Staging;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Gaia.Asset.Uploads;

/// <summary>A multipart/form-data body with one file, read as it arrives. A field "name" before the file names it.</summary>
internal sealed class MultipartBody
{
    private const int LongestField = 1024;
    private const int LongestBoundary = 70;
    private const int MostParts = 16;

    private readonly MultipartReader parts;
    private string? name;
    private int seen;

    private MultipartBody(HttpRequest request, string boundary) => parts = new(boundary, request.Body);

    /// <exception cref="RefusedUploadException">The boundary is missing.</exception>
    public static bool TryOpen(HttpRequest request, [NotNullWhen(true)] out MultipartBody? body)
    {
        body = null;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        body = boundary is { Length: > 0 and <= LongestBoundary } ? new(request, boundary) : throw Malformed("The multipart boundary is missing");
        return true;
    }

    /// <exception cref="RefusedUploadException">There is no file, or the parts are not what they should be.</exception>
    /// <exception cref="ContentBrokenException">The body breaks off.</exception>
    public async Task<IncomingFile> NextFileAsync(CancellationToken ct) =>
        await FindFileAsync(ct) ?? throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, "The form has no file");

    /// <summary>Reads the rest, after the file was read: only the last boundary shows that the file was whole.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (await FindFileAsync(ct) is not null)
        {
            throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, "One file at a time");
        }
    }

    public static string? NameOf(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;

    private async Task<IncomingFile?> FindFileAsync(CancellationToken ct)
    {
        while (await ReadNextAsync(ct) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || disposition.DispositionType != "form-data")
            {
                throw Malformed("A part of the form has no Content-Disposition");
            }

            if (disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
            {
                return new(part.Body, name ?? NameOf(disposition), part.ContentType);
            }

            var value = await ReadFieldAsync(part, ct);
            name = disposition.Name == "name" && value.Length > 0 ? value : name;
        }

        return null;
    }

    private async Task<MultipartSection?> ReadNextAsync(CancellationToken ct)
    {
        try
        {
            return ++seen <= MostParts ? await parts.ReadNextSectionAsync(ct) : throw Malformed("The form has too many parts");
        }
        catch (InvalidDataException)
        {
            throw Malformed("The form is malformed");
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw new ContentBrokenException(broken);
        }
    }

    private static async Task<string> ReadFieldAsync(MultipartSection part, CancellationToken ct)
    {
        var buffer = new byte[LongestField + 1];
        var length = await part.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length <= LongestField ? Encoding.UTF8.GetString(buffer, 0, length) : throw Malformed("A field of the form is too long");
    }

    private static RefusedUploadException Malformed(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
