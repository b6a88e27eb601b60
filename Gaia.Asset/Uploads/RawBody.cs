using Microsoft.Net.Http.Headers;

namespace Gaia.Asset.Uploads;

/// <summary>The body is the file. Its name comes from <c>?name=</c> or <c>Content-Disposition</c>.</summary>
internal static class RawBody
{
    public static IncomingFile Open(HttpRequest request) => new(request.Body, NameOf(request), request.ContentType);

    private static string? NameOf(HttpRequest request) =>
        request.Query["name"] is [{ Length: > 0 } name, ..] ? name
        : ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition) ? MultipartBody.NameOf(disposition)
        : null;
}
