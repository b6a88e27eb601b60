using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Adds NATS to an AppHost under the names that <c>Aspire.Hosting.Nats</c> uses, for feeds that do not serve that package.</summary>
public static class NatsBuilderExtensions
{
    private const string StoreFolder = "/var/lib/nats";

    /// <summary>Adds a NATS server with a user and a password, generated unless given.</summary>
    public static IResourceBuilder<NatsServerResource> AddNats(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var secret = password?.Resource ?? ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        var nats = new NatsServerResource(name, userName?.Resource, secret);
        var check = $"{name}_check";
        builder.Services.AddHealthChecks().Add(new(check, _ => new NatsServerHealthCheck(nats), failureStatus: null, tags: null));

        return builder.AddResource(nats)
            .WithEndpoint(targetPort: 4222, port: port, name: NatsServerResource.PrimaryEndpointName)
            .WithImage("library/nats", "2.12").WithImageRegistry("docker.io")
            .WithHealthCheck(check)
            .WithArgs(context =>
            {
                context.Args.Add("--user");
                context.Args.Add(nats.UserNameReference);
                context.Args.Add("--pass");
                context.Args.Add(nats.PasswordParameter!);
            });
    }

    /// <summary>Turns on JetStream, the persistent streams.</summary>
    public static IResourceBuilder<NatsServerResource> WithJetStream(this IResourceBuilder<NatsServerResource> builder) => builder.WithArgs("-js");

    /// <summary>Keeps JetStream's files in a named volume.</summary>
    public static IResourceBuilder<NatsServerResource> WithDataVolume(
        this IResourceBuilder<NatsServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), StoreFolder, isReadOnly).WithArgs("-sd", StoreFolder);
}
