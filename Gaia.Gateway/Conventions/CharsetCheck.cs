using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gaia.Gateway.Conventions;

/// <summary>Refuses JSON in a character set that does not exist with 415.</summary>
internal static class CharsetCheck
{
    private const string Utf8Misspelt = "utf8";

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.HasJsonContentType()
            || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || type.Charset is not { Length: > 0 } charset)
        {
            return next(context);
        }

        if (Find(charset) is not { } encoding)
        {
            return TypedResults.Problem($"The character set {charset} is not known.", statusCode: StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
        }

        // ASP.NET Core reads no name in quotes, which is the same (RFC 9110, 5.6.6).
        type.Charset = encoding.WebName;
        context.Request.ContentType = type.ToString();
        return next(context);
    }

    private static Encoding? Find(StringSegment charset)
    {
        var name = HeaderUtilities.RemoveQuotes(charset).ToString();
        try
        {
            return string.Equals(name, Utf8Misspelt, StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
