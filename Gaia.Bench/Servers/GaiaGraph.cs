namespace Gaia.Bench.Servers;

/// <summary>
/// A graph for one benchmark: Postgres, Redis and NATS with temporary data, and the services that the benchmark starts. Everything runs on the cores of the
/// load unless stated otherwise.
/// </summary>
internal sealed class GaiaGraph : IAsyncDisposable
{
    public const string IdentityKey = "the-identity-key-of-the-bench-0123456789";

    private readonly Dictionary<string, string> addresses = [];
    private readonly Stack<GaiaService> services = [];
    private readonly DirectoryInfo files = Directory.CreateTempSubdirectory("gaia-bench-");

    private GaiaGraph(PostgresServer postgres, RedisServer redis, NatsServer nats) => (Postgres, Redis, Nats) = (postgres, redis, nats);

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    public NatsServer Nats { get; }

    /// <summary>Starts the servers, without a service.</summary>
    /// <param name="ct">Cancels the wait.</param>
    /// <param name="nats">Further lines of the configuration of NATS.</param>
    /// <param name="domain">Of its JetStream, when there are several.</param>
    public static async Task<GaiaGraph> StartAsync(CancellationToken ct, string nats = "", string? domain = null)
    {
        var graph = new GaiaGraph(await PostgresServer.StartAsync(ct), await RedisServer.StartAsync(ct: ct), await NatsServer.StartAsync(nats, domain, ct));
        foreach (var server in new LocalServer[] { graph.Postgres, graph.Redis, graph.Nats })
        {
            await Cores.Load.PinAsync(server, ct);
        }

        return graph;
    }

    /// <summary>Sets the address of a service that the graph does not run: that of the backend in its place.</summary>
    public void SetAddress(string service, Uri address) => addresses[$"services:{service}:http:0"] = address.ToString();

    /// <summary>Starts a service. Those that it calls must be started before it.</summary>
    /// <param name="name">One of <see cref="Resources"/>.</param>
    /// <param name="cores">Null for those of the load.</param>
    /// <param name="settings">Override the defaults.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task<GaiaService> StartAsync(string name, Cores? cores, IReadOnlyDictionary<string, string>? settings, CancellationToken ct)
    {
        var service = await GaiaService.StartAsync(name, SettingsOf(settings), (cores ?? Cores.Load).CommandLineOf(), ct);
        services.Push(service);
        SetAddress(name, service.Address);
        return service;
    }

    /// <summary>Gets the settings of a service.</summary>
    /// <param name="settings">Override the defaults.</param>
    public IReadOnlyDictionary<string, string> SettingsOf(IReadOnlyDictionary<string, string>? settings)
    {
        var all = new Dictionary<string, string>(addresses)
        {
            [$"ConnectionStrings:{Resources.AuthDb}"] = Postgres.ConnectionStringTo(Resources.AuthDb),
            [$"ConnectionStrings:{Resources.ChatDb}"] = Postgres.ConnectionStringTo(Resources.ChatDb),
            [$"ConnectionStrings:{Resources.AssetDb}"] = Postgres.ConnectionStringTo(Resources.AssetDb),
            [$"ConnectionStrings:{Resources.Redis}"] = Redis.ConnectionString,
            [$"ConnectionStrings:{Resources.Nats}"] = Nats.Url,
            ["IDENTITY_KEY"] = IdentityKey,
            ["ASSET_PATH"] = files.FullName,
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
        {
            all[key] = value;
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }

        await Nats.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
        files.Delete(recursive: true);
    }
}
