using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gaia.AppHost;

internal static class Settings
{
    private const string GatewayPort = "GATEWAY_PORT";

    /// <summary>Reads the files that <c>NAME_FILE</c> names for secrets, as if each <c>NAME</c> had been set to what is in its file.</summary>
    /// <exception cref="DistributedApplicationException">Files cannot be used: a line for each.</exception>
    public static void ReadSecretFiles(this IDistributedApplicationBuilder builder)
    {
        var (values, refusals) = SecretFiles.Read(builder.Configuration);
        if (refusals is not [])
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, refusals));
        }

        builder.Configuration.AddInMemoryCollection(values);
    }

    /// <summary>Hands on the variables that are set where the AppHost starts.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaSettings(this IResourceBuilder<ProjectResource> service, string name)
    {
        var settings = service.ApplicationBuilder.Configuration;
        foreach (var variable in EnvironmentVariables.All.Where(variable => !variable.IsAppHosts && variable.IsReadBy(name)))
        {
            service.Hand(variable.Name, settings[variable.Name]);
        }

        // Read already; a service that inherits the name would find two values.
        foreach (var secret in EnvironmentVariables.All.Where(variable => variable.IsSecret && settings[variable.Name + SecretFiles.Suffix] is { Length: > 0 }))
        {
            service.WithEnvironment(secret.Name + SecretFiles.Suffix, "");
        }

        // The graph's own servers have passwords of their own, some under the same name: the caller's belong to the caller's servers only.
        foreach (var (url, password) in new[] { ("REDIS_URL", "REDIS_PASSWORD"), ("DATABASE_URL", "POSTGRES_PASSWORD"), ("NATS_URL", "NATS_PASSWORD") })
        {
            if (settings[url] is { Length: > 0 })
            {
                service.Hand(password, settings[password]);
            }
        }

        return service;
    }

    /// <summary>Signs the identity that the gateway hands to the services: <c>IDENTITY_KEY</c>, or generated on first start and kept.</summary>
    public static IResourceBuilder<ParameterResource> AddIdentityKey(this IDistributedApplicationBuilder builder) =>
        (builder.ExecutionContext.IsRunMode && builder.Configuration["IDENTITY_KEY"] is { Length: > 0 } chosen
            ? builder.AddParameter("identity-key", chosen, secret: true)
            : builder.AddParameter("identity-key", new GenerateParameterDefault { MinLength = 32 }, secret: true, persist: true))
        .WithDescription("Signs what the gateway tells the services about a caller: IDENTITY_KEY, or generated on first start.");

    /// <summary>The public port: 8666, <c>GATEWAY_PORT</c> changes it.</summary>
    /// <exception cref="DistributedApplicationException">The setting is not a port, or somebody listens there.</exception>
    public static IResourceBuilder<ProjectResource> WithGatewayPort(this IResourceBuilder<ProjectResource> gateway)
    {
        var builder = gateway.ApplicationBuilder;
        if (builder.ReadNumber(GatewayPort, "a port from 1 to 65535", ushort.MaxValue) is { } chosen && builder.ExecutionContext.IsRunMode)
        {
            gateway.WithEndpoint("http", http => http.Port = chosen);
        }

        if (builder.ExecutionContext.IsRunMode && !builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts") && gateway.GetEndpoint("http").EndpointAnnotation.Port is { } port)
        {
            LoopbackPort.EnsureFree(gateway.Resource.Name, port, GatewayPort);
        }

        return gateway;
    }

    /// <summary>How many of the service run side by side: one, <c>GAIA_REPLICAS</c> changes it for every service alike.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaReplicas(this IResourceBuilder<ProjectResource> service) =>
        service.ApplicationBuilder.ReadNumber("GAIA_REPLICAS", "a number from 1 to 10", 10) is { } replicas ? service.WithReplicas(replicas) : service;

    /// <summary>A whole number from 1 to the largest; null when it is not set.</summary>
    /// <exception cref="DistributedApplicationException">It is set to anything else.</exception>
    public static int? ReadNumber(this IDistributedApplicationBuilder builder, string name, string allowed, int largest) => builder.Configuration[name] switch
    {
        null or "" => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= largest => number,
        var text => throw new DistributedApplicationException($"{name} is \"{text}\": expected {allowed}."),
    };

    /// <summary>Off unless it is set to <c>on</c>.</summary>
    /// <exception cref="DistributedApplicationException">It is set to anything else than <c>on</c> and <c>off</c>.</exception>
    public static bool ReadSwitch(this IDistributedApplicationBuilder builder, string name) => builder.Configuration[name] switch
    {
        null or "" or "off" => false,
        "on" => true,
        var text => throw new DistributedApplicationException($"{name} is \"{text}\": expected on or off."),
    };

    private static IResourceBuilder<ProjectResource> Hand(this IResourceBuilder<ProjectResource> service, string name, string? value) =>
        string.IsNullOrEmpty(value) ? service : service.WithEnvironment(name, value);
}
