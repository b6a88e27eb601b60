using Gaia.Hosting;

namespace Gaia.AppHost;

/// <summary>Regions that follow this one, on one developer's machine: each has a gateway, a Redis and a NATS of its own (docs/regions.md).</summary>
internal static class FollowerRegions
{
    private const string Variable = "GAIA_REGIONS";

    /// <summary>Adds the regions that <c>GAIA_REGIONS=home,fra</c> names after the first, which is home. Their gateways use the services of home.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="nats">The NATS of home.</param>
    /// <param name="identityKey">Signs what gateways say about a caller.</param>
    /// <param name="services">Of home, without its gateway.</param>
    /// <param name="gateway">Of home.</param>
    /// <returns>Their gateways by region.</returns>
    /// <exception cref="DistributedApplicationException">The setting names no regions, or servers run in containers.</exception>
    public static IReadOnlyDictionary<string, IResourceBuilder<ProjectResource>> AddFollowerRegions(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<NatsServerResource> nats,
        IResourceBuilder<ParameterResource> identityKey,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services,
        IResourceBuilder<ProjectResource> gateway)
    {
        if (builder.Configuration[Variable] is not { Length: > 0 } setting)
        {
            return new Dictionary<string, IResourceBuilder<ProjectResource>>();
        }

        if (setting.Split(',') is not [var home, .. { Length: > 0 } followers] names || names.Distinct().Count() < names.Length || !names.All(RegionOptions.IsName))
        {
            throw new DistributedApplicationException($"{Variable} is \"{setting}\": expected home and other regions, such as home,fra.");
        }

        if (!builder.HasServersAsPrograms())
        {
            throw new DistributedApplicationException($"{Variable} needs {ServerProgramExtensions.Setting}=programs.");
        }

        nats.WithLeafNodes(home);
        foreach (var service in services.Append(gateway))
        {
            service.WithEnvironment("HOME_REGION", home).WithEnvironment("GAIA_REGION", home);
        }

        return followers.ToDictionary(region => region, region => builder.AddFollowerRegion(region, home, nats, identityKey, services));
    }

    private static IResourceBuilder<ProjectResource> AddFollowerRegion(
        this IDistributedApplicationBuilder builder,
        string region,
        string home,
        IResourceBuilder<NatsServerResource> homeNats,
        IResourceBuilder<ParameterResource> identityKey,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var redis = builder.AddRedis($"{Resources.Redis}-{region}").WithDataVolume().WithPersistence().WithoutHttpsCertificate();
        var nats = builder.AddNats($"{Resources.Nats}-{region}").WithJetStream().WithDataVolume().WithHome(homeNats, region);
        var gateway = builder.AddGaiaService<Projects.Gaia_Gateway>($"{Resources.Gateway}-{region}", redis, nats, identityKey, Resources.Gateway)
            .WithEnvironment("HOME_REGION", home).WithEnvironment("GAIA_REGION", region)
            .WithAnyPort().WithNamedUrls().WithServicesElsewhere();
        foreach (var service in services)
        {
            gateway.WithReference(service).WaitFor(service);
        }

        return gateway;
    }
}
