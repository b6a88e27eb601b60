using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Gaia;

internal static class Failures
{
    /// <summary>The status that tells a client what an exception means to it.</summary>
    public static int StatusOf(Exception failure) =>
        CausesOf(failure).OfType<BadHttpRequestException>().FirstOrDefault() is { } malformed ? malformed.StatusCode
        : IsDatabaseAway(failure) ? StatusCodes.Status503ServiceUnavailable
        : StatusCodes.Status500InternalServerError;

    /// <summary>Postgres is away, restarting, overloaded, or not migrated yet.</summary>
    public static bool IsDatabaseAway(Exception failure) => CausesOf(failure).Any(cause => cause
        is NpgsqlException { IsTransient: true }
        or PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable });

    private static IEnumerable<Exception> CausesOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
