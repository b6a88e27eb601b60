using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>Which app each resource of the graph becomes, if any.</summary>
internal static class FlyApps
{
    /// <exception cref="DistributedApplicationException">A resource has no place on Fly.</exception>
    public static IEnumerable<FlyFile> Create(IReadOnlyList<PublishedResource> resources, FlyDeployment deployment) => deployment.Followers
        .Prepend(deployment).SelectMany(region => resources.Select(resource => Create(resource, resources, region))).OfType<FlyFile>()
        .OrderBy(file => file.Path.Contains('/', StringComparison.Ordinal)).ThenBy(file => file.Path, StringComparer.Ordinal);

    private static FlyFile? Create(PublishedResource published, IReadOnlyList<PublishedResource> resources, FlyDeployment deployment) => published.Resource switch
    {
        // A follower has gateways, and uses the other services of home.
        ProjectResource when deployment.Home is not null && published.Name != Resources.Gateway => null,
        ProjectResource => FlyServiceApp.Create(published, resources, deployment),
        NatsServerResource => FlyNatsApp.Create(published, deployment),

        // Managed: Upstash keeps Redis, Fly keeps Postgres. Neither is an app of ours.
        RedisResource or PostgresServerResource => null,
        ContainerResource => throw new DistributedApplicationException($"The resource {published.Name} has no place on Fly yet: FlyApps.cs knows projects, Redis, PostgreSQL and NATS."),
        _ => null,
    };
}
