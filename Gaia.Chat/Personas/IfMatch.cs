using System.Globalization;
using Gaia.Chat.Errors;
using Microsoft.Net.Http.Headers;

namespace Gaia.Chat.Personas;

internal static class IfMatch
{
    public static RouteHandlerBuilder ReadsIfMatch(this RouteHandlerBuilder route) =>
        route.ReadsHeader("If-Match", "The entity tag of the version that the change is meant for; any other is refused with 412.")
            .FailsWith(StatusCodes.Status412PreconditionFailed, "The persona was changed, so that `If-Match` is not its entity tag.");

    /// <summary>The version that the request expects; null when it expects none.</summary>
    /// <exception cref="ChatException">The entity tag is not one of a persona.</exception>
    public static long? Of(HttpContext context) => context.Request.GetTypedHeaders().IfMatch switch
    {
        [] => null,
        [var any] when any.Equals(EntityTagHeaderValue.Any) => null,
        [{ IsWeak: false } one] when long.TryParse(one.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) => version,
        _ => throw new ChatException(StatusCodes.Status412PreconditionFailed, "stale", "If-Match is not the entity tag of a persona"),
    };
}
