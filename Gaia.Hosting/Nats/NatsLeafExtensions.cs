using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Hosting;

/// <summary>Joins the NATS of several regions: each has a JetStream domain, and all but one are leaf nodes of that one. For servers that run as programs.</summary>
public static class NatsLeafExtensions
{
    private const string Endpoint = "leaf";

    /// <summary>Lets leaf nodes connect.</summary>
    /// <param name="nats">The server of the home region.</param>
    /// <param name="domain">Of its JetStream.</param>
    public static IResourceBuilder<NatsServerResource> WithLeafNodes(this IResourceBuilder<NatsServerResource> nats, string domain)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return nats.WithEndpoint(name: Endpoint, scheme: "tcp").WithEnvironment(context =>
        {
            var leaf = nats.GetEndpoint(Endpoint);
            context.EnvironmentVariables["NATS_DOMAIN"] = domain;
            context.EnvironmentVariables["NATS_LEAF_PORT"] = leaf.Property(EndpointProperty.TargetPort);
            context.EnvironmentVariables["NATS_LEAF_ADDRESS"] = context.Redirect(leaf);
        });
    }

    /// <summary>Makes a server a leaf node.</summary>
    /// <param name="nats">The server of another region.</param>
    /// <param name="home">That of the home region.</param>
    /// <param name="domain">Of the leaf node's JetStream.</param>
    public static IResourceBuilder<NatsServerResource> WithHome(this IResourceBuilder<NatsServerResource> nats, IResourceBuilder<NatsServerResource> home, string domain)
    {
        ArgumentNullException.ThrowIfNull(nats);
        ArgumentNullException.ThrowIfNull(home);
        return nats.WaitFor(home).WithEnvironment(context =>
        {
            context.EnvironmentVariables["NATS_DOMAIN"] = domain;
            context.EnvironmentVariables["NATS_HOME"] = ReferenceExpression.Create(
                $"nats-leaf://{home.Resource.UserNameReference}:{home.Resource.PasswordParameter!:uri}@{context.Redirect(home.GetEndpoint(Endpoint))}");
        });
    }

    /// <summary>The address of the endpoint, or of the link that leads to it.</summary>
    private static string Redirect(this EnvironmentCallbackContext context, EndpointReference endpoint) =>
        context.ExecutionContext.Services.GetService<LinkFaults>()?.Redirect(LinkFaults.BetweenRegions, endpoint) ?? string.Create(CultureInfo.InvariantCulture, $"{endpoint.Host}:{endpoint.Port}");
}
