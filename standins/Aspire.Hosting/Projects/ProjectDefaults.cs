using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Engine;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting;

/// <summary>The endpoints and variables that a project has without being asked: from its launch profile, differently for run and publish.</summary>
internal static class ProjectDefaults
{
    public static IResourceBuilder<ProjectResource> WithRunDefaults(
        this IResourceBuilder<ProjectResource> project, (string Name, LaunchProfile Profile)? profile)
    {
        project.WithEnvironment(context => Telemetry.AddTo(context, project.ApplicationBuilder.Configuration))
            .WithEnvironment(AddUrls);

        if (profile is not { } chosen)
        {
            return project;
        }

        AddEndpoints(project, chosen.Profile);
        return project.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", chosen.Name);
            foreach (var (name, value) in chosen.Profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });
    }

    public static IResourceBuilder<ProjectResource> WithPublishDefaults(this IResourceBuilder<ProjectResource> project, LaunchProfile? profile)
    {
        project.WithEnvironment(context =>
        {
            if (project.Resource.GetEndpoints().Any() && !project.Resource.HasAnnotationOfType<ForwardedHeadersDisabled>())
            {
                context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            }
        });

        if (profile?.ApplicationUrl is null)
        {
            return project.WithEnvironment(context => AddPorts(context, defaultHttps: null));
        }

        // TLS usually ends before the container, so the https of the launch profile is not among the ports to listen on.
        project.WithEnvironment(context => AddPorts(context, defaultHttps: "https"));
        foreach (var scheme in new[] { "http", "https" })
        {
            project.WithEndpoint(scheme, e => e.UriScheme = scheme);
        }

        return project;
    }

    private static void AddEndpoints(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        Dictionary<string, int> counts = [];
        foreach (var url in profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var address = BindingAddress.Parse(url.Trim());
            var count = counts[address.Scheme] = counts.GetValueOrDefault(address.Scheme) + 1;

            project.WithEndpoint(count == 1 ? address.Scheme : address.Scheme + count, e =>
            {
                e.Port = address.Port;
                e.TargetHost = address.Host;
                e.UriScheme = address.Scheme;
            });
        }
    }

    private static void AddUrls(EnvironmentCallbackContext context)
    {
        var endpoints = WebEndpoints(context.Resource).ToList();
        if (endpoints.Count == 0 || context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            urls.Literal(urls.IsEmpty ? "" : ";")
                .Literal($"{endpoint.Scheme}://{endpoint.EndpointAnnotation.TargetHost}:")
                .Value(endpoint.Property(EndpointProperty.TargetPort));
        }

        if (endpoints.Find(e => e.IsHttps) is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = https.Property(EndpointProperty.Port);
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
    }

    private static void AddPorts(EnvironmentCallbackContext context, string? defaultHttps)
    {
        foreach (var (variable, scheme) in new[] { ("HTTP_PORTS", "http"), ("HTTPS_PORTS", "https") })
        {
            var ports = new ExpressionBuilder();
            foreach (var endpoint in WebEndpoints(context.Resource))
            {
                if (endpoint.Scheme == scheme && !ResourceNames.Same(endpoint.EndpointName, defaultHttps))
                {
                    ports.Literal(ports.IsEmpty ? "" : ";").Value(endpoint.Property(EndpointProperty.TargetPort));
                }
            }

            if (!ports.IsEmpty)
            {
                context.EnvironmentVariables.TryAdd(variable, ports.Build());
            }
        }
    }

    /// <summary>What ASP.NET Core is to listen on: a port that the process learns from a variable of its own is not among it.</summary>
    private static IEnumerable<EndpointReference> WebEndpoints(IResource project) =>
        ((IResourceWithEndpoints)project).GetEndpoints().Where(e => e.Scheme is "http" or "https" && e.EndpointAnnotation.TargetPortVariable is null);
}
