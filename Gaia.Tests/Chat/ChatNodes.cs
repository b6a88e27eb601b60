using Gaia.Testing.Models;
using Microsoft.Extensions.Options;

namespace Gaia.Tests.Chat;

/// <summary>Two replicas of the chat service on servers of their own, with the fake model server as their provider.</summary>
public sealed class ChatNodes : IAsyncLifetime
{
    public const string Model = "fake-large";

    private const string IdentityKey = "the-key-of-these-tests-and-of-nothing-else";

    private readonly InternalIdentity identity = new(Options.Create(new IdentityOptions { Key = IdentityKey, Lifetime = TimeSpan.FromMinutes(10) }), TimeProvider.System);
    private readonly StartedServers started = new();

    public FakeModelServer Models { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public PostgresServer Postgres { get; private set; } = null!;

    public GaiaService First { get; private set; } = null!;

    public GaiaService Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Models = started.Keep(await FakeModelServer.StartAsync());
        Postgres = started.Keep(await PostgresServer.StartAsync());
        Redis = started.Keep(await RedisServer.StartAsync());
        Nats = started.Keep(await NatsServer.StartAsync());
        First = started.Keep(await GaiaService.StartAsync(Resources.Chat, Settings(Models)));
        Second = started.Keep(await GaiaService.StartAsync(Resources.Chat, Settings(Models)));
    }

    /// <summary>What a node is started with. Nothing in it names a model provider.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["ConnectionStrings__chatdb"] = Postgres.ConnectionStringTo("chatdb"),
        ["ConnectionStrings__redis"] = Redis.ConnectionString,
        ["ConnectionStrings__nats"] = Nats.Url,
        ["IDENTITY_KEY"] = IdentityKey,

        // No test waits so long: whoever waits for a frozen Redis fails.
        ["REDIS_SOCKET_TIMEOUT"] = "600",
        ["Models__DiscoveryInterval"] = "00:00:00.200",

        // One may well run on the developer's machine.
        ["Models__FindsOllama"] = "false",
    };

    /// <summary>The same with a provider, whose breaker stays closed: the tests of one node must not feel each other's failures.</summary>
    public Dictionary<string, string> Settings(FakeModelServer models) => new(Settings())
    {
        ["Models__Providers__0__Name"] = "openai",
        ["Models__Providers__0__Url"] = models.Url,
        ["Models__Providers__0__Models__0"] = Model,
        ["Models__Providers__0__Models__1"] = "fake-small",
        ["Models__Providers__0__ContextTokens"] = "2000",
        ["Models__Providers__0__BreakerCalls"] = "1000000",
        [$"Models__Prices__{Model}__Input"] = "1",
        [$"Models__Prices__{Model}__Output"] = "2",
    };

    public ChatUser NewUser(params string[] scopes)
    {
        var id = Guid.CreateVersion7();
        var key = Guid.CreateVersion7();
        var principal = new Principal(id, AuthType.ApiKey, $"{key}", scopes is [] ? [Scopes.Chat, Scopes.PersonasWrite] : scopes, null);
        return new ChatUser(this, id, key, identity.Mint(principal));
    }

    /// <summary>Somebody who shows no credential.</summary>
    public ChatUser Anyone() => new(this, Guid.Empty, Guid.Empty, identity.Mint(Principal.Anonymous));

    public async ValueTask DisposeAsync()
    {
        await started.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class ChatNodesDefinition : ICollectionFixture<ChatNodes>
{
    public const string Name = "Chat nodes";
}
