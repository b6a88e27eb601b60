using Gaia.Testing.Models;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Chat;

/// <summary>Two gateways before two replicas of Chat, with an Auth and a fake model server: what stands behind the address that clients use.</summary>
public sealed class ChatGatewayFixture : IAsyncLifetime
{
    private readonly StartedServers started = new();

    public FakeModelServer Models { get; private set; } = null!;

    public PostgresServer Postgres { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public NatsServer Nats { get; private set; } = null!;

    public AuthServer Auth { get; private set; } = null!;

    public IReadOnlyList<GaiaService> Chats { get; private set; } = [];

    public GatewayServer One { get; private set; } = null!;

    public GatewayServer Two { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Models = started.Keep(await FakeModelServer.StartAsync());
        Postgres = started.Keep(await PostgresServer.StartAsync(Ct));
        Redis = started.Keep(await RedisServer.StartAsync(ct: Ct));
        Nats = started.Keep(await NatsServer.StartAsync(ct: Ct));
        Auth = started.Keep(await AuthServer.StartAsync(Settings(("ConnectionStrings:authdb", Postgres.ConnectionStringTo("authdb"))), Ct));
        Chats = [started.Keep(await StartChatAsync()), started.Keep(await StartChatAsync())];
        One = started.Keep(await StartGatewayAsync());
        Two = started.Keep(await StartGatewayAsync());
    }

    /// <summary>Another gateway.</summary>
    public Task<GatewayServer> StartGatewayAsync(params (string Name, string Value)[] settings) => GatewayServer.StartAsync(
        Settings(
        [
            ("services:auth:http:0", Auth.Address.ToString()),
            .. Chats.Select((chat, index) => ($"services:chat:http:{index}", chat.Address.ToString())),
            ("services:asset:http:0", $"http://127.0.0.1:{FreePort.Next()}"),
            ("TRUSTED_PROXIES", "127.0.0.0/8"),
            .. settings,
        ]),
        Ct);

    /// <summary>Somebody who has just registered.</summary>
    public async Task<ChatCaller> SignUpAsync() => new(this, (await new GatewayApi(One).SignUpAsync()).AccessToken);

    /// <summary>Somebody who shows no credential.</summary>
    public ChatCaller Anyone() => new(this, null);

    public async ValueTask DisposeAsync()
    {
        await started.DisposeAsync();
    }

    private Task<GaiaService> StartChatAsync() => GaiaService.StartAsync(
        Resources.Chat,
        Settings(
            ("ConnectionStrings:chatdb", Postgres.ConnectionStringTo("chatdb")),
            ("OPENAI_BASE_URL", Models.Url),
            ("OPENAI_MODELS", ChatNodes.Model)),
        Ct);

    private Dictionary<string, string> Settings(params (string Name, string Value)[] own)
    {
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:nats"] = Nats.Url,
            ["ConnectionStrings:redis"] = Redis.ConnectionString,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
        };
        foreach (var (name, value) in own)
        {
            all[name] = value;
        }

        return all;
    }
}

[CollectionDefinition(Name)]
public sealed class ChatGatewayDefinition : ICollectionFixture<ChatGatewayFixture>
{
    public const string Name = "Chat behind gateways";
}
