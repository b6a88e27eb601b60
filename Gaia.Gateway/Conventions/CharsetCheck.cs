using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>Refuses JSON in a character set that does not exist with 415.</summary>
internal static class CharsetCheck
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
        && type is { Charset: { HasValue: true, Length: > 0 } charset, Encoding: null }
            ? TypedResults.Problem($"The character set {charset} is not known.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context)
            : next(context);
}
