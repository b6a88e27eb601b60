using Gaia.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.AppHost;

internal static class FaultsExtensions
{
    private const string LinkFaults = "GAIA_LINK_FAULTS";

    /// <summary>
    /// Lets the console and the dashboard break processes and containers, and with <c>GAIA_LINK_FAULTS=on</c> also the links to the servers. Call it after the last reference is declared.
    /// </summary>
    public static void AddFaults(
        this IDistributedApplicationBuilder builder,
        IReadOnlyList<IResourceBuilder<ProjectResource>> gateways,
        IResourceBuilder<RedisResource> redis,
        IResourceBuilder<PostgresServerResource> postgres,
        IResourceBuilder<NatsServerResource> nats)
    {
        builder.Services.AddSingleton<ContainerFaults>();
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<FaultServer>();
        builder.Eventing.Subscribe<BeforeStartEvent>((e, ct) => e.Services.GetRequiredService<FaultServer>().StartAsync(ct));
        foreach (var gateway in gateways)
        {
            gateway.WithEnvironment(context =>
            {
                var server = context.ExecutionContext.Services.GetRequiredService<FaultServer>();
                context.EnvironmentVariables["Faults__Url"] = server.Url;
                context.EnvironmentVariables["Faults__Key"] = server.Key;
            });
        }

        var hasLinks = builder.ReadSwitch(LinkFaults);
        if (hasLinks)
        {
            builder.AddLinkFaults();
        }

        redis.WithFaultCommands(hasLinks);
        postgres.WithFaultCommands(hasLinks);
        nats.WithFaultCommands(hasLinks);
    }
}
