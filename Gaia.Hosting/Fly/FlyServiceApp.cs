using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>A service of ours as an app: built from the Dockerfile, migrated before it is released, checked, and public only when the graph says so.</summary>
internal static class FlyServiceApp
{
    private const int Port = 8080;

    public static FlyFile Create(PublishedResource service, IReadOnlyList<PublishedResource> resources, FlyDeployment deployment)
    {
        var app = deployment.App(service.Name);
        var path = service.IsExternal && deployment.Home is null ? $"fly.{deployment.Environment}.toml" : deployment.Path(service.Name);
        var settings = FlyServiceSettings.Create(service, resources, deployment);

        var toml = new TomlWriter();
        toml.WrittenBy(deployment)
            .Comment($"fly deploy --config {path} --app {app}")
            .Comment("");
        WriteSecrets(toml, settings, app);

        toml.Set("\napp", app)
            .Set("primary_region", deployment.Region)
            .Set("kill_signal", "SIGTERM")
            .Set("kill_timeout", "10s");

        toml.Table("build").Set("dockerfile", string.Concat(Enumerable.Repeat("../", path.Count(character => character is '/'))) + "Dockerfile");
        toml.Table("build.args").Set("SERVICE", Path.GetFileNameWithoutExtension(((ProjectResource)service.Resource).GetProjectMetadata().ProjectPath));

        toml.Table("deploy").Set("strategy", "rolling");
        if (settings.HasDatabase)
        {
            // In a machine of its own, before any other is replaced; when it fails, none is.
            toml.Set("release_command", "migrate").Set("release_command_timeout", "5m");
        }

        toml.Table("env");
        foreach (var (name, value) in settings.Plain)
        {
            toml.Set(name, value);
        }

        WriteHttp(toml, service.IsExternal);
        toml.Entry("vm").Set("size", "shared-cpu-1x").Set("memory", "512mb");
        return new(app, path, [.. settings.Secrets.Select(secret => secret.Name)], toml.ToString());
    }

    private static void WriteSecrets(TomlWriter toml, FlyServiceSettings settings, string app)
    {
        toml.Comment($"Secrets, which no file holds: fly secrets set --app {app} NAME=VALUE");
        foreach (var (name, meaning) in settings.Secrets)
        {
            toml.Comment($"  {name,-22} {meaning}");
        }

        foreach (var (name, meaning) in settings.OptionalSecrets)
        {
            toml.Comment($"  {name,-22} optional: {meaning}");
        }
    }

    private static void WriteHttp(TomlWriter toml, bool isPublic)
    {
        toml.Table("http_service").Set("internal_port", Port);
        if (isPublic)
        {
            toml.Set("force_https", true);
        }

        // Every machine hears of revocations and invalidations all the time, and works on what is queued: none sleeps.
        toml.Set("auto_stop_machines", "off").Set("auto_start_machines", false);
        toml.Table("http_service.concurrency").Set("type", "requests").Set("soft_limit", 500);

        // Where requests go is decided by whether the process serves: without its database it still answers from the cache.
        toml.Entry("http_service.checks").Set("method", "GET").Set("path", "/alive").Set("grace_period", "10s").Set("interval", "10s").Set("timeout", "2s");

        // Shown by "fly checks list", and waited for in a deployment.
        toml.Table("checks.health").Set("type", "http").Set("port", Port).Set("method", "GET").Set("path", "/health").Set("grace_period", "15s").Set("interval", "15s").Set("timeout", "5s");
    }
}
