using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Gaia.Chat.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Gaia.Chat.Personas;

/// <summary>The entity tags of personas: the version, and for what anonymous callers see of it a tag of its own.</summary>
internal static class PersonaTag
{
    private const string PublicSuffix = "-public";

    public static string Of(PersonaView persona, CurrentUser user) => Quote(persona.Version.ToString(CultureInfo.InvariantCulture), user);

    public static string Of(IEnumerable<PersonaView> personas, CurrentUser user)
    {
        var versions = new StringBuilder();
        foreach (var persona in personas)
        {
            versions.Append(CultureInfo.InvariantCulture, $"{persona.Id:N}{persona.Version};");
        }

        return Quote(Convert.ToHexStringLower(XxHash128.Hash(Encoding.ASCII.GetBytes(versions.ToString()))), user);
    }

    /// <summary>Answers 304 to a caller who has what would be sent.</summary>
    public static Results<Ok<T>, StatusCodeHttpResult> Conditional<T>(HttpContext context, string tag, Func<T> body)
    {
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Authorization, X-API-Key";
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Tag == tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(body());
    }

    /// <summary>The version that a change is meant for; null when any will do.</summary>
    /// <exception cref="ChatRefusal">The caller means none that a persona can have.</exception>
    public static long? Expected(HttpContext context) => context.Request.GetTypedHeaders().IfMatch switch
    {
        [] => null,
        [var any] when any.Equals(EntityTagHeaderValue.Any) => null,
        [{ IsWeak: false } one] when long.TryParse(one.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) => version,
        _ => throw new ChatRefusal(StatusCodes.Status412PreconditionFailed, "stale", "If-Match is not the entity tag of a persona"),
    };

    private static string Quote(string tag, CurrentUser user) => user.IsAuthenticated ? $"\"{tag}\"" : $"\"{tag}{PublicSuffix}\"";
}
