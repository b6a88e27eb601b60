namespace Gaia.Tests.Auth;

/// <summary>What Auth stands on, for tests that need it with settings of their own: a Postgres with a database per Auth, and a NATS. Redis is away, which Auth does not mind.</summary>
public sealed class AuthFixture : IAsyncLifetime
{
    private AuthServer? auth;

    public PostgresServer Postgres { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    /// <summary>Auth with the usual settings.</summary>
    internal AuthApi Api => new(Auth);

    public AuthServer Auth => auth!;

    public async ValueTask InitializeAsync()
    {
        Postgres = await PostgresServer.StartAsync();
        Nats = await NatsServer.StartAsync();
        auth = await StartAsync("authdb", new() { ["SUPABASE_JWT_SECRET"] = ExternalIssuerTests.Secret });
    }

    /// <param name="database">Made when it is not there.</param>
    /// <param name="settings">Over the usual ones.</param>
    public Task<AuthServer> StartAsync(string database, Dictionary<string, string>? settings = null) => AuthServer.StartAsync(
        new Dictionary<string, string>(settings ?? [])
        {
            ["ConnectionStrings:authdb"] = Postgres.ConnectionStringTo(database),
            ["ConnectionStrings:nats"] = $"nats://127.0.0.1:{Nats.Port}",
            ["ConnectionStrings:redis"] = $"127.0.0.1:{FreePort.Next()}",
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["ADMIN_EMAIL"] = AuthServer.AdminEmail,
            ["ADMIN_PASSWORD"] = AuthServer.AdminPassword,
        },
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (auth is not null)
        {
            await auth.DisposeAsync();
        }

        await Nats.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}

[CollectionDefinition(nameof(AuthFixture))]
public sealed class SharedAuthFixture : ICollectionFixture<AuthFixture>;
