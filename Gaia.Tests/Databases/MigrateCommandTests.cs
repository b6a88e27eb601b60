using Npgsql;

namespace Gaia.Tests.Databases;

/// <summary>The argument "migrate", which a deployment runs before it replaces anything.</summary>
public sealed class MigrateCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Resources.Auth, "authdb", "users")]
    [InlineData(Resources.Chat, "chatdb", "personas")]
    [InlineData(Resources.Asset, "assetdb", "assets")]
    public async Task It_makes_the_tables_and_ends_without_Redis_and_NATS(string service, string database, string table)
    {
        await using var postgres = await PostgresServer.StartAsync(ct: Ct);

        // Twice: what is up to date stays as it is.
        Assert.Equal((0, ""), await MigrateAsync(service, $"postgres://postgres@127.0.0.1:{postgres.Port}/{database}"));
        Assert.Equal((0, ""), await MigrateAsync(service, $"postgres://postgres@127.0.0.1:{postgres.Port}/{database}"));

        await using var connection = new NpgsqlConnection(postgres.ConnectionStringTo(database));
        await connection.OpenAsync(Ct);
        await using var query = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        Assert.NotNull(await query.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task It_fails_in_one_line_when_the_database_is_not_one_of_its_own()
    {
        await using var postgres = await PostgresServer.StartAsync(ct: Ct);
        await using (var connection = new NpgsqlConnection(postgres.ConnectionStringTo("postgres")))
        {
            await connection.OpenAsync(Ct);
            await using var other = new NpgsqlCommand("CREATE TABLE blobs (nothing int)", connection);
            await other.ExecuteNonQueryAsync(Ct);
        }

        var (code, error) = await MigrateAsync(Resources.Asset, $"postgres://postgres@127.0.0.1:{postgres.Port}/postgres");

        Assert.Equal(1, code);
        Assert.Matches("^AssetDb cannot be brought up to date: .*blobs.*\n$", error);
    }

    private static Task<(int Code, string Error)> MigrateAsync(string service, string database) => ServiceCommand.RunAsync(
        service,
        new()
        {
            ["DATABASE_URL"] = database,
            ["REDIS_URL"] = "redis://127.0.0.1:1",
            ["NATS_URL"] = "nats://127.0.0.1:1",
            ["IDENTITY_KEY"] = "a-key-that-only-this-test-knows-0123456789",
        },
        "migrate");
}
