using Gaia.Publishing.Manifests;

namespace Gaia.Publishing.Fly;

/// <summary>Which app each resource of the graph becomes, if any.</summary>
internal static class FlyApps
{
    /// <exception cref="PublishingException">There is a resource that nobody has said a place for.</exception>
    public static IEnumerable<FlyFile> Of(Manifest manifest, Deployment deployment) =>
        manifest.Resources.Select(resource => Of(resource, manifest, deployment)).OfType<FlyFile>().OrderBy(file => file.Path.Contains('/', StringComparison.Ordinal)).ThenBy(file => file.Path, StringComparer.Ordinal);

    private static FlyFile? Of(ManifestResource resource, Manifest manifest, Deployment deployment) => resource switch
    {
        { IsProject: true } => ServiceApp.Of(resource, manifest, deployment),
        { IsContainer: true, Product: "nats" } => NatsApp.Of(resource, deployment),

        // Managed: Upstash keeps Redis, Fly keeps Postgres. Neither is an app of ours.
        { IsContainer: true, Product: "redis" or "postgres" } => null,
        { IsContainer: true } => throw new PublishingException($"The resource {resource.Name} has no place on Fly yet: FlyApps.cs knows projects, Redis, PostgreSQL and NATS."),
        _ => null,
    };
}
