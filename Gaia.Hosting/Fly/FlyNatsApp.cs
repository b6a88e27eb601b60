using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>NATS as an app of its own, on a volume, reached only over the private network. Fly has no managed one.</summary>
internal static class FlyNatsApp
{
    private const string Volume = "nats_data";
    private const string ConfigurationFile = "/tmp/nats.conf";
    private const int LeafPort = 7422;

    public static FlyFile Create(PublishedResource nats, FlyDeployment deployment)
    {
        var app = deployment.App(nats.Name);
        var path = deployment.Path(nats.Name);
        var folder = nats.Resource.Annotations.OfType<ContainerMountAnnotation>().FirstOrDefault()?.Target ?? "/data";

        nats.Resource.TryGetContainerImageName(out var image);

        var toml = new TomlWriter();
        toml.WrittenBy(deployment)
            .Comment($"fly deploy --config {path} --app {app} --ha=false")
            .Comment("")
            .Comment($"Secrets, which no file holds: fly secrets set --app {app} NAME=VALUE")
            .Comment($"  NATS_PASSWORD          the one in NATS_URL of every service{(deployment.HomeRegion is null ? "" : ", and the same in every region")}: openssl rand -hex 32");

        toml.Set("\napp", app)
            .Set("primary_region", deployment.Region)
            .Set("kill_signal", "SIGTERM")
            .Set("kill_timeout", "30s");

        // The plain image has no shell to put the machine's name and the password into the command.
        toml.Table("build").Set("image", $"{image}-alpine");
        toml.Table("deploy").Set("strategy", "rolling");
        toml.Table("processes").Set("app", Command(nats, deployment, app, folder));
        toml.Entry("mounts").Set("source", Volume).Set("destination", folder).Set("initial_size", "1gb");

        // No service: nothing outside the private network reaches it. The monitor answers on a port that only the check uses.
        toml.Table("checks.health").Set("type", "http").Set("port", 8222).Set("method", "GET").Set("path", "/healthz").Set("grace_period", "10s").Set("interval", "15s").Set("timeout", "2s");
        toml.Entry("vm").Set("size", "shared-cpu-1x").Set("memory", "512mb");
        return new(app, path, ["NATS_PASSWORD"], toml.ToString());
    }

    /// <summary>The graph's own arguments say user, JetStream and folder; Fly's network is IPv6, and servers of a cluster find each other by the app's name.</summary>
    private static string Command(PublishedResource nats, FlyDeployment deployment, string app, string folder)
    {
        var cluster = deployment.IsCluster ? $" --cluster_name {app} --cluster nats://[::]:6222 --routes nats-route://{app}.internal:6222" : "";
        var arguments = string.Join(' ', nats.Arguments.Select(argument => PublishedResource.IsExpression(argument) ? "$NATS_PASSWORD" : argument));
        var (configure, configuration) = deployment.HomeRegion is null ? ("", "") : ($"echo \"{Configuration(deployment)}\" > {ConfigurationFile} && ", $" --config {ConfigurationFile}");
        return $"sh -c '{configure}exec nats-server --name $FLY_MACHINE_ID{configuration} --addr :: --http_port 8222{cluster} {arguments}'";
    }

    /// <summary>What the command line has no options for. The shell puts the password in.</summary>
    private static string Configuration(FlyDeployment deployment)
    {
        var leaves = deployment.Home is null
            ? $$"""listen: \"[::]:{{LeafPort}}\" """
            : $$"""remotes: [ { url: \"nats-leaf://nats:$NATS_PASSWORD@{{deployment.AppAtHome(Resources.Nats)}}.internal:{{LeafPort}}\" } ] """;
        return $$"""jetstream { domain: {{deployment.Region}} }; leafnodes { {{leaves}}}""";
    }
}
