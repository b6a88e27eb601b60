using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Hosting;

/// <summary>Adds <see cref="LinkFaults"/> to an AppHost.</summary>
public static class LinkFaultsExtensions
{
    /// <summary>Leads what services are given as connection strings through links that can be broken. Call it after the last reference is declared.</summary>
    public static void AddLinkFaults(this IDistributedApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        LinkFaults links = new();
        builder.Services.AddSingleton(_ => links);
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(service).WithEnvironment(context => RedirectAsync(context, links));
        }
    }

    /// <summary>Says that a service reaches others in another region.</summary>
    public static IResourceBuilder<ProjectResource> WithServicesElsewhere(this IResourceBuilder<ProjectResource> service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return service.WithAnnotation(new ServicesElsewhere());
    }

    private static async Task RedirectAsync(EnvironmentCallbackContext context, LinkFaults links)
    {
        foreach (var (name, value) in context.EnvironmentVariables.ToList())
        {
            if (value is ConnectionStringReference { Resource: var resource } && ServerOf(resource) is { } server
                && await resource.GetConnectionStringAsync(context.CancellationToken) is { } connectionString)
            {
                context.EnvironmentVariables[name] = links.Redirect(server, connectionString);
            }
            else if (value is EndpointReference { Resource: ProjectResource } other && other.Resource != context.Resource && context.Resource.HasAnnotationOfType<ServicesElsewhere>())
            {
                context.EnvironmentVariables[name] = $"{other.Scheme}://{links.Redirect(LinkFaults.BetweenRegions, other)}";
            }
        }
    }

    /// <summary>A database is reached at its server.</summary>
    private static IResourceWithEndpoints? ServerOf(IResource resource) => resource switch
    {
        IResourceWithEndpoints server => server,
        IResourceWithParent { Parent: IResourceWithEndpoints server } => server,
        _ => null,
    };

    private sealed class ServicesElsewhere : IResourceAnnotation;
}
