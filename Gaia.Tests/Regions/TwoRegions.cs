using System.Globalization;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Regions;

/// <summary>Home with Postgres, Auth, Chat and a gateway; and another region that has a gateway, Redis and NATS only.</summary>
public sealed class TwoRegions : IAsyncLifetime
{
    /// <summary>How old an answer of the other region may be.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly StartedServers started = new();
    private readonly List<FaultProxy> links = [];
    private Dictionary<string, string> away = [];

    public RegionServers Servers { get; } = new();

    public PostgresServer Postgres { get; private set; } = null!;

    public AuthServer Auth { get; private set; } = null!;

    public GaiaService Chat { get; private set; } = null!;

    public GatewayServer Home { get; private set; } = null!;

    public GatewayServer Away { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Servers.InitializeAsync();
        links.Add(Servers.Link);
        Postgres = started.Keep(await PostgresServer.StartAsync(Ct));
        Dictionary<string, string> home = new()
        {
            ["ConnectionStrings:nats"] = Servers.HomeNats.Url,
            ["ConnectionStrings:redis"] = Servers.HomeRedis.ConnectionString,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["HOME_REGION"] = RegionServers.Home,
            ["GAIA_REGION"] = RegionServers.Home,
        };
        Auth = started.Keep(await AuthServer.StartAsync(
            new Dictionary<string, string>(home)
            {
                ["ConnectionStrings:authdb"] = Postgres.ConnectionStringTo("authdb"),
                ["ADMIN_EMAIL"] = AuthServer.AdminEmail,
                ["ADMIN_PASSWORD"] = AuthServer.AdminPassword,
            },
            Ct));
        Chat = started.Keep(await GaiaService.StartAsync(
            Resources.Chat,
            new Dictionary<string, string>(home) { ["ConnectionStrings:chatdb"] = Postgres.ConnectionStringTo("chatdb") },
            Ct));
        Home = started.Keep(await GatewayServer.StartAsync(Gateway(home, Auth.Port, Chat.Port), Ct));
        away = new(Gateway(home, Link(Auth.Port), Link(Chat.Port)))
        {
            ["ConnectionStrings:nats"] = Servers.AwayNats.Url,
            ["ConnectionStrings:redis"] = Servers.AwayRedis.ConnectionString,
            ["GAIA_REGION"] = RegionServers.Away,
            ["REGION_STALENESS"] = Bound.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        };
        Away = started.Keep(await StartAwayAsync());
    }

    /// <summary>Another gateway of the other region, which whoever starts it ends.</summary>
    public Task<GatewayServer> StartAwayAsync(params (string Name, string Value)[] settings)
    {
        var own = new Dictionary<string, string>(away);
        foreach (var (name, value) in settings)
        {
            own[name] = value;
        }

        return GatewayServer.StartAsync(own, Ct);
    }

    /// <summary>Cuts NATS only: what has changed at home is not heard of, and can be asked for.</summary>
    public void CutLog() => Servers.Link.Cut();

    /// <summary>Cuts everything that lies between the two.</summary>
    public void Cut() => links.ForEach(link => link.Cut());

    public void Heal() => links.ForEach(link => link.Heal());

    public async ValueTask DisposeAsync()
    {
        await started.DisposeAsync();

        await Servers.DisposeAsync();
    }

    private int Link(int port)
    {
        var link = started.Keep(FaultProxy.Start(port));
        links.Add(link);
        return link.Port;
    }

    public static Dictionary<string, string> Gateway(Dictionary<string, string> settings, int auth, int chat) => new(settings)
    {
        ["services:auth:http:0"] = $"http://127.0.0.1:{auth}",
        ["services:chat:http:0"] = $"http://127.0.0.1:{chat}",
        ["services:asset:http:0"] = $"http://127.0.0.1:{FreePort.Next()}",
        ["TRUSTED_PROXIES"] = "127.0.0.1",
    };
}

[CollectionDefinition(nameof(TwoRegions))]
public sealed class TwoRegionsDefinition : ICollectionFixture<TwoRegions>;
