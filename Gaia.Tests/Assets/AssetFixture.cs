using Npgsql;

namespace Gaia.Tests.Assets;

/// <summary>Gaia.Asset with a Postgres, a Redis, a NATS and a folder that nobody else uses.</summary>
public sealed class AssetFixture : IAsyncLifetime
{
    public const int MaxBytes = 20_000_000;
    public const int Quota = 60_000_000;

    public const string IdentityKey = "a-key-that-only-these-tests-know-0123456789";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gaia-assets-");
    private PostgresServer postgres = null!;

    public RedisServer Redis { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    public GaiaService Server { get; private set; } = null!;

    public string RedisUrl => $"redis://127.0.0.1:{Redis.Port}";

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        postgres = await PostgresServer.StartAsync();
        Nats = await NatsServer.StartAsync();
        Server = await StartReplicaAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Nats.DisposeAsync();
        await postgres.DisposeAsync();
        await Redis.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Another process on the same database and folder.</summary>
    /// <param name="changes">Variables that differ from those of the first.</param>
    public Task<GaiaService> StartReplicaAsync(params (string Name, string Value)[] changes) => StartReplicaAsync([], changes);

    /// <summary>The same, started by another program.</summary>
    public Task<GaiaService> StartReplicaAsync(string[] launcher, params (string Name, string Value)[] changes)
    {
        var environment = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = DatabaseUrl("assetdb"),
            ["REDIS_URL"] = RedisUrl,
            ["NATS_URL"] = Nats.Url,

            // No test waits so long: whoever waits for a frozen Redis fails.
            ["REDIS_SOCKET_TIMEOUT"] = "600",
            ["IDENTITY_KEY"] = IdentityKey,
            ["ASSET_PATH"] = folder.FullName,
            ["ASSET_MAX_BYTES"] = $"{MaxBytes}",
            ["ASSET_QUOTA_BYTES"] = $"{Quota}",
            ["Storage__SweepInterval"] = "00:00:01",
        };
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return GaiaService.StartAsync(Resources.Asset, environment, launcher);
    }

    public string DatabaseUrl(string database) => $"postgresql://postgres@127.0.0.1:{postgres.Port}/{database}";

    public AssetUser User(GaiaService? server = null, params string[] scopes) =>
        new((server ?? Server).Address, Guid.CreateVersion7(), scopes is [] ? [Scopes.AssetsWrite] : scopes);

    /// <summary>Everything on the disk, finished or not.</summary>
    public IReadOnlyList<FileInfo> Files() => folder.GetFiles("*", SearchOption.AllDirectories);

    /// <summary>Those that are new. Others may go meanwhile: what a killed replica left behind is swept, whoever's test that was.</summary>
    public IReadOnlyList<FileInfo> FilesSince(IReadOnlyList<FileInfo> before) => [.. Files().ExceptBy(before.Select(file => file.FullName), file => file.FullName)];

    /// <summary>Passes as soon as no file is left that is new: what is refused or given up leaves nothing behind.</summary>
    public Task KeepsNothingSinceAsync(IReadOnlyList<FileInfo> before, CancellationToken ct) => Eventually.PassesAsync(
        () =>
        {
            Assert.Empty(FilesSince(before).Select(file => file.FullName));
            return Task.CompletedTask;
        },
        ct: ct);

    public async Task<long> CountAsync(string query)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionStringTo("assetdb"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionStringTo("assetdb"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition(nameof(AssetFixture))]
public sealed class AssetTestGroup : ICollectionFixture<AssetFixture>;
