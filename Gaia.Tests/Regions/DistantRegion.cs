using System.Globalization;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Regions;

/// <summary>Home, and another region in a network of its own: gateway, Redis and NATS reach home by a link that breaks as networks do, without a word.</summary>
public sealed class DistantRegion : IAsyncLifetime
{
    /// <summary>How old an answer of the other region may be.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly StartedServers started = new();

    public NetworkNamespace Network { get; private set; } = null!;

    public GaiaService Home { get; private set; } = null!;

    /// <summary>One of the two instances of Chat, at home.</summary>
    public GaiaService SecondChat { get; private set; } = null!;

    public GaiaService Away { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Network = started.Keep(await NetworkNamespace.CreateAsync(Ct));
        var leaves = $"{Network.HomeAddress}:{FreePort.Next()}";
        var homeNats = started.Keep(await NatsServer.StartAsync(NatsServer.WithLeaves(leaves, leaves), RegionServers.Home, Ct));
        var homeRedis = started.Keep(await RedisServer.StartAsync(ct: Ct));
        var postgres = started.Keep(await PostgresServer.StartAsync(Ct));
        Dictionary<string, string> home = new()
        {
            ["ConnectionStrings:nats"] = homeNats.Url,
            ["ConnectionStrings:redis"] = homeRedis.ConnectionString,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["HOME_REGION"] = RegionServers.Home,
            ["GAIA_REGION"] = RegionServers.Home,
        };
        var auth = started.Keep(await GaiaService.StartAsync(
            Resources.Auth,
            new Dictionary<string, string>(home)
            {
                ["ConnectionStrings:authdb"] = postgres.ConnectionStringTo("authdb"),
                ["ADMIN_EMAIL"] = AuthServer.AdminEmail,
                ["ADMIN_PASSWORD"] = AuthServer.AdminPassword,
            },
            Network.HomeAddress,
            Ct));
        var withDatabase = new Dictionary<string, string>(home) { ["ConnectionStrings:chatdb"] = postgres.ConnectionStringTo("chatdb") };
        var chat = started.Keep(await GaiaService.StartAsync(Resources.Chat, withDatabase, Network.HomeAddress, Ct));
        SecondChat = started.Keep(await GaiaService.StartAsync(Resources.Chat, withDatabase, Network.HomeAddress, Ct));
        home["services:auth:http:0"] = auth.Address.ToString();
        home["services:chat:http:0"] = chat.Address.ToString();
        home["services:chat:http:1"] = SecondChat.Address.ToString();
        home["services:asset:http:0"] = $"http://127.0.0.1:{FreePort.Next()}";

        Home = started.Keep(await GaiaService.StartAsync(Resources.Gateway, home, Ct));

        var awayNats = started.Keep(await NatsServer.StartAsync(Network, NatsServer.LeafOf(leaves), RegionServers.Away, Ct));
        var awayRedis = started.Keep(await RedisServer.StartAsync(Network, Ct));
        Away = started.Keep(await GaiaService.StartAsync(
            Resources.Gateway,
            new Dictionary<string, string>(home)
            {
                ["ConnectionStrings:nats"] = awayNats.Url,
                ["ConnectionStrings:redis"] = awayRedis.ConnectionString,
                ["GAIA_REGION"] = RegionServers.Away,
                ["REGION_STALENESS"] = Bound.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
            Network,
            Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await started.DisposeAsync();
    }
}
