using Gaia;
using Gaia.AppHost;

Engine.Announce();

var builder = DistributedApplication.CreateBuilder(args);

// The cache layer: losing it costs speed, never answers.
var redis = builder.AddRedis(Resources.Redis).WithDataVolume().WithPersistence();

// The source of truth; one database per service.
var postgres = builder.AddPostgres(Resources.Postgres).WithDataVolume();
var authDb = postgres.AddDatabase(Resources.AuthDb);
var chatDb = postgres.AddDatabase(Resources.ChatDb);
var assetDb = postgres.AddDatabase(Resources.AssetDb);

// Events and the invalidation log.
var nats = builder.AddNats(Resources.Nats).WithJetStream().WithDataVolume();

// Signs the identity that the gateway hands to the services.
var identityKey = builder.AddParameter("identity-key", new GenerateParameterDefault { MinLength = 32 }, secret: true, persist: true);

// Users, sessions, API keys.
var auth = builder.AddProject<Projects.Gaia_Auth>(Resources.Auth)
    .WithReference(authDb).WaitFor(authDb)
    .WithReference(redis).WaitFor(redis)
    .WithReference(nats).WaitFor(nats)
    .WithEnvironment("IDENTITY_KEY", identityKey)
    .WithGaiaSettings()
    .WithGaiaReplicas()
    .WithAnyPort()
    .WithHttpHealthCheck("/health");

// Personas, conversations, model calls.
var chat = builder.AddProject<Projects.Gaia_Chat>(Resources.Chat)
    .WithReference(chatDb).WaitFor(chatDb)
    .WithReference(redis).WaitFor(redis)
    .WithReference(nats).WaitFor(nats)
    .WithEnvironment("IDENTITY_KEY", identityKey)
    .WithGaiaSettings()
    .WithGaiaReplicas()
    .WithAnyPort()
    .WithHttpHealthCheck("/health");

// Stored files and what is made from them.
var asset = builder.AddProject<Projects.Gaia_Asset>(Resources.Asset)
    .WithReference(assetDb).WaitFor(assetDb)
    .WithReference(redis).WaitFor(redis)
    .WithReference(nats).WaitFor(nats)
    .WithEnvironment("IDENTITY_KEY", identityKey)
    .WithGaiaSettings()
    .WithGaiaReplicas()
    .WithAnyPort()
    .WithHttpHealthCheck("/health");

// The only public door.
var gateway = builder.AddProject<Projects.Gaia_Gateway>(Resources.Gateway)
    .WithReference(auth).WaitFor(auth)
    .WithReference(chat).WaitFor(chat)
    .WithReference(asset).WaitFor(asset)
    .WithReference(redis).WaitFor(redis)
    .WithReference(nats).WaitFor(nats)
    .WithEnvironment("IDENTITY_KEY", identityKey)
    .WithGaiaSettings()
    .WithGaiaReplicas()
    .WithGatewayPort()
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

if (builder.ExecutionContext.IsRunMode)
{
    // An administrator and a key to try things with, on a developer's own machine only.
    var administrator = builder.AddAdministrator(auth);
    var developmentKey = builder.AddDevelopmentApiKey();
    auth.WithEnvironment(DevelopmentApiKey.Variable, developmentKey);
    gateway.WithEnvironment(DevelopmentApiKey.Variable, developmentKey).OnResourceReady(
        async (_, _, ct) => await FirstSteps.Print(gateway.GetEndpoint("http"), redis.Resource, developmentKey.Resource, administrator?.Resource, ct));
}

builder.Build().Run();
