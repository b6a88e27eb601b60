using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>Refuses JSON in a character set that does not exist with 415.</summary>
internal static class CharsetCheck
{
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
        && type is { Charset: { Length: > 0 } charset } && !IsKnown(charset)
            ? TypedResults.Problem($"The character set {charset} is not known.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context)
            : next(context);

    private static bool IsKnown(StringSegment charset)
    {
        try
        {
            return Encoding.GetEncoding(HeaderUtilities.RemoveQuotes(charset).ToString()) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
