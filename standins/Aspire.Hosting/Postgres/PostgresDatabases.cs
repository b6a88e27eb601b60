using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace Aspire.Hosting.Engine;

internal static class PostgresDatabases
{
    public static async Task<NpgsqlConnection> ConnectAsync(IResourceWithConnectionString postgres, CancellationToken cancellationToken)
    {
        // No pool: a probe leaves nothing behind that a restarted server would have to refuse.
        var settings = new NpgsqlConnectionStringBuilder(await postgres.GetConnectionStringAsync(cancellationToken)) { Pooling = false, Timeout = 5 };
        settings.Database ??= "postgres";
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static async Task CreateMissingAsync(PostgresServerResource postgres, IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(postgres, cancellationToken);
        foreach (var database in postgres.Databases.Values)
        {
            await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = database } } };
            if (await exists.ExecuteScalarAsync(cancellationToken) is null)
            {
                var name = new NpgsqlCommandBuilder().QuoteIdentifier(database);
                await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
