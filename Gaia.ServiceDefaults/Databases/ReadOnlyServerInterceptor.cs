using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Gaia;

/// <summary>
/// Drops the pooled connections when a command fails because its server is read-only: after a failover they lead to the old primary, and some settings that make
/// a database read-only hold for the life of a connection.
/// </summary>
internal sealed class ReadOnlyServerInterceptor : DbCommandInterceptor
{
    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => DropConnections(command, eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        DropConnections(command, eventData.Exception);
        return Task.CompletedTask;
    }

    /// <summary>Closes idle connections of the pool at once and the others when they are returned.</summary>
    internal static void DropConnections(DbConnection? connection)
    {
        if (connection is NpgsqlConnection npgsql)
        {
            NpgsqlConnection.ClearPool(npgsql);
        }
    }

    private static void DropConnections(DbCommand command, Exception failure)
    {
        if (Failures.IsReadOnly(failure))
        {
            DropConnections(command.Connection);
        }
    }
}
