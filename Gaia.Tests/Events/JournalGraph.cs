using Gaia.Testing.Models;
using Gaia.Tests.Admission;
using Gaia.Tests.Assets;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;
using StackExchange.Redis;

namespace Gaia.Tests.Events;

/// <summary>A gateway before Auth, Chat and Asset that keep a journal, with a fake model server.</summary>
public sealed class JournalGraph : IAsyncLifetime
{
    public const string Prefix = "events-test:";

    private readonly StartedServers started = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gaia-events-");

    public JournalServers Servers { get; } = new();

    public FakeModelServer Models { get; private set; } = null!;

    public WebhookReceiver Alerts { get; private set; } = null!;

    /// <summary>Gets the events of preferences.</summary>
    public WebhookReceiver Webhooks { get; private set; } = null!;

    public GatewayServer Gateway { get; private set; } = null!;

    /// <summary>The same with the journal off.</summary>
    public GatewayServer GatewayWithout { get; private set; } = null!;

    public GaiaService Chat { get; private set; } = null!;

    public ConnectionMultiplexer Redis { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Servers.InitializeAsync();
        Models = started.Keep(await FakeModelServer.StartAsync());
        Alerts = started.Keep(await WebhookReceiver.StartAsync());
        Webhooks = started.Keep(await WebhookReceiver.StartAsync());
        Redis = started.Keep(await ConnectionMultiplexer.ConnectAsync($"{Servers.Redis.ConnectionString},abortConnect=false"));
        var nats = started.Keep(await NatsServer.StartAsync(ct: Ct));
        var auth = started.Keep(await AuthServer.StartAsync(
            Settings(nats, ("ConnectionStrings:authdb", "authdb"), ("ADMIN_EMAIL", AuthServer.AdminEmail), ("ADMIN_PASSWORD", AuthServer.AdminPassword)), Ct));
        var asset = started.Keep(await GaiaService.StartAsync(Resources.Asset, Settings(nats, ("ConnectionStrings:assetdb", "assetdb"), ("ASSET_PATH", folder.FullName)), Ct));
        Chat = started.Keep(await GaiaService.StartAsync(
            Resources.Chat,
            Settings(
                nats,
                ("ConnectionStrings:chatdb", "chatdb"),
                ("OPENAI_BASE_URL", Models.Url),
                ("OPENAI_MODELS", ChatNodes.Model),
                ("ALERT_WEBHOOK_URL", Alerts.Url),
                ("ALERT_WEBHOOK_SECRET", Alerts.Secret),
                ("EVENT_WEBHOOK_URL", Webhooks.Url),
                ("EVENT_WEBHOOK_SECRET", Webhooks.Secret),
                ("EVENT_WEBHOOK_TYPES", "preference.*"),
                ("EventWebhook:RetryDelay", "00:00:00.050")),
            Ct));
        (string, string)[] services =
        [
            ("services:auth:http:0", $"{auth.Address}"), ("services:chat:http:0", $"{Chat.Address}"), ("services:asset:http:0", $"{asset.Address}"), ("TRUSTED_PROXIES", "127.0.0.0/8"),
        ];
        Gateway = started.Keep(await GatewayServer.StartAsync(Settings(nats, services), Ct));
        GatewayWithout = started.Keep(await GatewayServer.StartAsync(Settings(nats, [.. services, ("JOURNAL", "off")]), Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await started.DisposeAsync();

        await Servers.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private Dictionary<string, string> Settings(NatsServer nats, params (string Name, string Value)[] own)
    {
        var all = new Dictionary<string, string>
        {
            ["ConnectionStrings:nats"] = nats.Url,
            ["ConnectionStrings:redis"] = Servers.Redis.ConnectionString,
            ["IDENTITY_KEY"] = AuthServer.IdentityKey,
            ["CACHE_KEY_PREFIX"] = Prefix,
            ["JOURNAL"] = "on",

            // Tests ask until something has happened.
            ["RATE_LIMIT_AUTHENTICATED"] = "100000000",
        };
        foreach (var (name, value) in own)
        {
            all[name] = name.EndsWith("db", StringComparison.Ordinal) ? Servers.Postgres.ConnectionStringTo(value) : value;
        }

        return all;
    }
}

[CollectionDefinition(Name)]
public sealed class JournalGraphDefinition : ICollectionFixture<JournalGraph>
{
    public const string Name = "Journal graph";
}
