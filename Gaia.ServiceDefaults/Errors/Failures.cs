using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Gaia;

internal static class Failures
{
    /// <summary>The status that tells a client what an exception means to it.</summary>
    public static int StatusOf(Exception failure) =>
        CausesOf(failure).OfType<BadHttpRequestException>().FirstOrDefault() is { } malformed ? malformed.StatusCode
        : CausesOf(failure).Any(IsNoText) ? StatusCodes.Status400BadRequest
        : CausesOf(failure).Any(DiskErrors.IsFull) ? StatusCodes.Status507InsufficientStorage
        : IsDatabaseAway(failure) || CausesOf(failure).OfType<UnavailableException>().Any() ? StatusCodes.Status503ServiceUnavailable
        : StatusCodes.Status500InternalServerError;

    /// <summary>Postgres is unavailable, restarting, overloaded, read-only, or not migrated yet.</summary>
    public static bool IsDatabaseAway(Exception failure) => CausesOf(failure).Any(cause => cause
        is NpgsqlException { IsTransient: true }
        or PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.ReadOnlySqlTransaction });

    /// <summary>The server is a standby, or the database is set to read-only.</summary>
    public static bool IsReadOnly(Exception failure) => CausesOf(failure).Any(cause => cause is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction });

    /// <summary>
    /// JSON may hold what Postgres cannot store, U+0000 above all, and numbers beyond any type; and what is no text at all, such as half of a surrogate pair:
    /// who reads that from a <see cref="JsonElement"/> gets an exception that the serializer would have turned into a <see cref="JsonException"/>.
    /// </summary>
    private static bool IsNoText(Exception cause) => cause
        is PostgresException
        {
            SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter
                or PostgresErrorCodes.InvalidTextRepresentation or PostgresErrorCodes.NumericValueOutOfRange,
        }
        or InvalidOperationException { Source: "System.Text.Json.Rethrowable" };

    private static IEnumerable<Exception> CausesOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
