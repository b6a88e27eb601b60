namespace Gaia.AppHost;

internal static class GaiaServiceExtensions
{
    /// <summary>A service with what all of them share: Redis, NATS, the identity key, the settings, replicas and a health check.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="name">Of the resource.</param>
    /// <param name="redis">The Redis of its region.</param>
    /// <param name="nats">The NATS of its region.</param>
    /// <param name="identityKey">Signs what the gateway says about a caller.</param>
    /// <param name="service">The service that it is, where it has another name.</param>
    public static IResourceBuilder<ProjectResource> AddGaiaService<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<RedisResource> redis,
        IResourceBuilder<NatsServerResource> nats,
        IResourceBuilder<ParameterResource> identityKey,
        string? service = null)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name)
            .WithReference(redis, Resources.Redis).WaitFor(redis)
            .WithReference(nats, Resources.Nats).WaitFor(nats)
            .WithEnvironment("IDENTITY_KEY", identityKey)
            .WithGaiaSettings(service ?? name)
            .WithGaiaReplicas()
            .WithHttpHealthCheck("/health");

    /// <summary>Any free port, not the one for starting the service alone: a second Gaia on this machine needs no more than a <c>GATEWAY_PORT</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithAnyPort(this IResourceBuilder<ProjectResource> service) =>
        service.WithEndpoint("http", http => http.Port = null);

    /// <summary>The address that the gateway has here stands in tokens and links, unless <c>PUBLIC_URL</c> says otherwise.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicUrl(this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource> gateway) =>
        service.ApplicationBuilder.Configuration["PUBLIC_URL"] is { Length: > 0 } ? service : service.WithEnvironment("PUBLIC_URL", gateway.GetEndpoint("http"));

    /// <summary>Names the gateway's addresses in the dashboard.</summary>
    public static IResourceBuilder<ProjectResource> WithNamedUrls(this IResourceBuilder<ProjectResource> gateway) => gateway.WithUrls(context =>
    {
        var http = gateway.GetEndpoint("http");
        context.Urls.Clear();
        foreach (var (text, path) in new[] { ("API", "/"), ("Console", "/console"), ("Docs", "/docs"), ("Health", "/health") })
        {
            context.Urls.Add(new() { Url = new Uri(new Uri(http.Url), path).ToString(), DisplayText = text, Endpoint = http });
        }
    });
}
