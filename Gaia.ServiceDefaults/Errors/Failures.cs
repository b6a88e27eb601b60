using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Gaia;

internal static class Failures
{
    /// <summary>The status that tells a client what an exception means to it.</summary>
    public static int StatusOf(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BadHttpRequestException malformed:
                    return malformed.StatusCode;

                // Postgres is away, restarting, or not migrated yet.
                case NpgsqlException { IsTransient: true }:
                case PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable }:
                    return StatusCodes.Status503ServiceUnavailable;
            }
        }

        return StatusCodes.Status500InternalServerError;
    }
}
