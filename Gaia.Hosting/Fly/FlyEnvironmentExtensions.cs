using Aspire.Hosting.ApplicationModel;
using Gaia.Hosting;

namespace Aspire.Hosting;

/// <summary>Adds Fly.io to an AppHost.</summary>
public static class FlyEnvironmentExtensions
{
    /// <summary>
    /// Adds Fly.io as the environment that <c>aspire publish</c> writes for. Configuration decides the rest: <c>Fly:Environment</c> (dev), <c>Fly:Region</c> (sjc) or
    /// <c>Fly:Regions</c> (home first, such as sjc,fra), <c>Fly:Redis</c> (an address without its password; one for each region) and <c>Fly:Nats</c> (1, or 3 servers as a cluster).
    /// </summary>
    /// <exception cref="DistributedApplicationException">A setting is not valid.</exception>
    public static IResourceBuilder<FlyEnvironmentResource> AddFlyEnvironment(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var environment = new FlyEnvironmentResource(name, FlyDeployment.Read(builder.Configuration.GetSection("Fly")));
        return builder.ExecutionContext.IsPublishMode ? builder.AddResource(environment).ExcludeFromManifest() : builder.CreateResourceBuilder(environment);
    }
}
