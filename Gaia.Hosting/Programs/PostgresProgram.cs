using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace Gaia.Hosting;

internal static class PostgresProgram
{
    private static readonly string[] Parents = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

    public static ServerProgram Create(PostgresServerResource postgres) => new("postgres", "PostgreSQL (package postgresql)", "postgres.sh")
    {
        // What a run throws away need not survive a power cut.
        Options = static (words, isThrowaway) => isThrowaway ? [.. words, "-c", "fsync=off"] : words,
        PingAsync = static async (server, ct) => await (await ConnectAsync(server, ct)).DisposeAsync(),
        OnReadyAsync = (server, ct) => CreateDatabasesAsync(server, postgres.Databases.Values, ct),
    };

    /// <summary>Where package managers put the programs of PostgreSQL, outside PATH.</summary>
    public static IEnumerable<string> Folders() =>
        Parents.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(version => Path.Combine(version, "bin"));

    private static async Task<NpgsqlConnection> ConnectAsync(string server, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task CreateDatabasesAsync(string server, IEnumerable<string> databases, CancellationToken ct)
    {
        await using var connection = await ConnectAsync(server, ct);
        foreach (var database in databases)
        {
            await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = database } } };
            if (await exists.ExecuteScalarAsync(ct) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE {new NpgsqlCommandBuilder().QuoteIdentifier(database)}", connection);
                await create.ExecuteNonQueryAsync(ct);
            }
        }
    }
}
