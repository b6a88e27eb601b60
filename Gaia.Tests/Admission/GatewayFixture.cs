using System.Net;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

/// <summary>Two gateways before one Auth, on servers of their own that tests may kill, freeze and cut off.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public PostgresServer Postgres { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public AuthServer Auth { get; private set; } = null!;

    /// <summary>How gateways reach Auth.</summary>
    public FaultProxy AuthLink { get; private set; } = null!;

    public GatewayServer One { get; private set; } = null!;

    public GatewayServer Two { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresServer.StartAsync(Ct);
        Nats = await NatsServer.StartAsync(ct: Ct);
        Redis = await RedisServer.StartAsync(ct: Ct);
        Auth = await StartAuthAsync("authdb");
        AuthLink = FaultProxy.Start(Auth.Port);
        One = await StartAsync();
        Two = await StartAsync();
    }

    /// <summary>Another Auth, with a database of its own.</summary>
    public Task<AuthServer> StartAuthAsync(string database, Dictionary<string, string>? settings = null) => AuthServer.StartAsync(
        new Dictionary<string, string>(settings ?? [])
        {
            ["ConnectionStrings:authdb"] = Postgres.ConnectionStringTo(database),
            ["ConnectionStrings:nats"] = Nats.Url,
            ["ConnectionStrings:redis"] = Redis.ConnectionString,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["ADMIN_EMAIL"] = AuthServer.AdminEmail,
            ["ADMIN_PASSWORD"] = AuthServer.AdminPassword,
        },
        Ct);

    /// <summary>Another gateway.</summary>
    /// <param name="settings">Over the usual ones.</param>
    /// <param name="port">Any free one unless somebody has to know it before.</param>
    public Task<GatewayServer> StartAsync(Dictionary<string, string>? settings = null, int? port = null)
    {
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:nats"] = Nats.Url,
            ["ConnectionStrings:redis"] = Redis.ConnectionString,
            ["services:auth:http:0"] = $"http://127.0.0.1:{AuthLink.Port}",
            ["services:chat:http:0"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["services:asset:http:0"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["History:Interval"] = "00:00:01",
        };
        foreach (var (name, value) in settings ?? [])
        {
            all[name] = value;
        }

        return GatewayServer.StartAsync(all, port ?? FreePort.Next(), Ct);
    }

    /// <summary>Waits until both gateways answer whoever shows this credential with this status.</summary>
    public async Task BecomeAsync(HttpStatusCode status, string? token, string? key)
    {
        foreach (var gateway in new[] { One, Two })
        {
            await Eventually.IsTrueAsync(async () => await new GatewayApi(gateway).StatusOfAsync(token, key) == status, ct: Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Two.DisposeAsync();
        await One.DisposeAsync();
        await AuthLink.DisposeAsync();
        await Auth.DisposeAsync();
        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(GatewayFixture))]
public sealed class SharedGatewayFixture : ICollectionFixture<GatewayFixture>;
