using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>Refuses compressed request bodies with 415: every limit of the API is one of bytes as they are sent.</summary>
internal static class ContentEncodingCheck
{
    private const string Identity = "identity";

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var encoding = context.Request.Headers.ContentEncoding;
        if (encoding.Count == 0 || string.Equals(encoding, Identity, StringComparison.OrdinalIgnoreCase))
        {
            return next(context);
        }

        // Tells the client what it may send instead (RFC 9110, 12.5.3).
        context.Response.Headers[HeaderNames.AcceptEncoding] = Identity;
        return TypedResults.Problem("The request body must not be compressed.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
    }
}
