using Gaia;
using Gaia.AppHost;
using Gaia.Hosting;

StartErrors.PrintOnOneLine();
var builder = DistributedApplication.CreateBuilder(args);
builder.ReadSecretFiles();

// The cache layer: losing it costs speed, never answers. Plain TCP on loopback, as redis-cli speaks it.
var redis = builder.AddRedis(Resources.Redis).WithDataVolume().WithPersistence().WithoutHttpsCertificate().WithCacheCommands();

// The source of truth; one database per service.
var postgres = builder.AddPostgres(Resources.Postgres).WithDataVolume();
var authDb = postgres.AddDatabase(Resources.AuthDb);
var chatDb = postgres.AddDatabase(Resources.ChatDb);
var assetDb = postgres.AddDatabase(Resources.AssetDb);

// Events and the invalidation log.
var nats = builder.AddNats(Resources.Nats).WithJetStream().WithDataVolume();

// Signs the identity that the gateway hands to the services.
var identityKey = builder.AddIdentityKey();

// Users, sessions, API keys.
var auth = builder.AddGaiaService<Projects.Gaia_Auth>(Resources.Auth, redis, nats, identityKey)
    .WithReference(authDb).WaitFor(authDb)
    .WithAnyPort();

// Stored files and what is made from them.
var asset = builder.AddGaiaService<Projects.Gaia_Asset>(Resources.Asset, redis, nats, identityKey)
    .WithReference(assetDb).WaitFor(assetDb)
    .WithAnyPort();

// Personas, conversations, model calls.
var chat = builder.AddGaiaService<Projects.Gaia_Chat>(Resources.Chat, redis, nats, identityKey)
    .WithReference(chatDb).WaitFor(chatDb)
    .WithReference(asset)
    .WithAnyPort();

// The only public address.
var gateway = builder.AddGaiaService<Projects.Gaia_Gateway>(Resources.Gateway, redis, nats, identityKey)
    .WithReference(auth).WaitFor(auth)
    .WithReference(chat).WaitFor(chat)
    .WithReference(asset).WaitFor(asset)
    .WithGatewayPort()
    .WithExternalHttpEndpoints()
    .WithNamedUrls();

// Where "aspire publish" puts all of it.
builder.AddFlyEnvironment("fly");

if (builder.ExecutionContext.IsRunMode)
{
    // An administrator and a key to try things with, on a developer's own machine only.
    var administrator = builder.AddAdministrator(auth);
    var developmentKey = builder.AddDevelopmentApiKey();
    auth.WithEnvironment(DevelopmentApiKey.Variable, developmentKey).WithPublicUrl(gateway);
    asset.WithPublicUrl(gateway);
    chat.WithPersonaCommands();
    var followers = builder.AddFollowerRegions(nats, identityKey, [auth, chat, asset], gateway);
    foreach (var follower in followers.Values)
    {
        follower.WithEnvironment(DevelopmentApiKey.Variable, developmentKey);
    }

    builder.AddFaults([gateway, .. followers.Values], redis, postgres, nats);
    gateway.WithEnvironment(DevelopmentApiKey.Variable, developmentKey).OnResourceReady(
        async (_, e, ct) => await FirstSteps.PrintAsync(gateway.GetEndpoint("http"), followers, redis.Resource, developmentKey.Resource, administrator?.Resource, e.Services, ct));

    builder.AddDashboard();
    builder.LogWarningsOnly();
    builder.RunServersAsPrograms();
    builder.RunBuiltProjects();
    builder.SuperviseResources();
}

builder.Build().Run();
