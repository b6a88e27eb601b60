using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>A service's variables on Fly, made of those it has in the graph: what is plain goes into the file, of a secret only the name does.</summary>
internal sealed class FlyServiceSettings
{
    private readonly SortedDictionary<string, string> plain = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> secrets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> optionalSecrets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Plain => plain;

    public IEnumerable<(string Name, string Meaning)> Secrets => secrets.Select(secret => (secret.Key, secret.Value));

    public IEnumerable<(string Name, string Meaning)> OptionalSecrets => optionalSecrets.Select(secret => (secret.Key, secret.Value));

    public bool HasDatabase => secrets.ContainsKey("DATABASE_URL");

    public static FlyServiceSettings Create(PublishedResource service, IReadOnlyList<PublishedResource> resources, FlyDeployment deployment)
    {
        var settings = new FlyServiceSettings();
        foreach (var (name, value) in service.Environment)
        {
            settings.Take(name, value, resources, deployment);
        }

        foreach (var variable in EnvironmentVariables.All.Where(v => v is { IsSecret: true, IsAppHosts: false } && v.IsReadBy(service.Name) && !settings.Has(v.Name)))
        {
            settings.optionalSecrets[variable.Name] = variable.Meaning;
        }

        settings.AddWhatFlyNeeds(service, deployment);
        return settings;
    }

    private void Take(string name, string value, IReadOnlyList<PublishedResource> resources, FlyDeployment deployment)
    {
        if (name.StartsWith("services__", StringComparison.Ordinal))
        {
            // Between the services there is Fly's private network, which encrypts; a certificate for https there is none.
            if (name.Contains("__http__", StringComparison.Ordinal))
            {
                plain[name] = deployment.PrivateUrl(name.Split("__")[1]);
            }
        }
        else if (PublishedResource.IsExpression(value))
        {
            TakeReference(name, PublishedResource.FindServer(value, resources), deployment);
        }
        else if (Known(name) is { } known)
        {
            // Whoever writes the files may have secrets set; what is not known to be none is not written either.
            if (known.IsSecret)
            {
                secrets[name] = known.Meaning;
            }
            else
            {
                plain[name] = value;
            }
        }
    }

    private void TakeReference(string name, ContainerResource? server, FlyDeployment deployment)
    {
        var isConnection = name.StartsWith("ConnectionStrings__", StringComparison.Ordinal);
        switch (server)
        {
            case RedisResource when isConnection:
                plain["REDIS_URL"] = deployment.Redis.OriginalString;
                secrets["REDIS_PASSWORD"] = "as \"fly redis status\" shows it";
                break;
            case PostgresServerResource when isConnection:
                secrets["DATABASE_URL"] = $"set by \"fly mpg attach\", database {name.Split("__")[1]}";
                break;
            case NatsServerResource when isConnection:
                secrets["NATS_URL"] = $"nats://nats:PASSWORD@{deployment.App("nats")}.internal:4222";
                break;

            // It is in NATS_URL.
            case null when name == "NATS_PASSWORD":
                break;

            // A parameter of the graph; those of the servers' own passwords come in more names than are read.
            case null when Known(name) is not null:
                secrets.TryAdd(name, "the same in every service: openssl rand -hex 32");
                break;
        }
    }

    private void AddWhatFlyNeeds(PublishedResource service, FlyDeployment deployment)
    {
        if (service.Name is Resources.Auth or Resources.Asset)
        {
            plain.TryAdd("PUBLIC_URL", deployment.PublicUrl(Resources.Gateway));
        }

        if (service.Name == Resources.Asset)
        {
            // A volume belongs to one machine; a bucket to all of them.
            plain.TryAdd("S3_BUCKET", $"gaia-assets-{deployment.Environment}");
            plain.TryAdd("S3_ENDPOINT", "https://fly.storage.tigris.dev");
            plain.TryAdd("S3_REGION", "auto");
            secrets["AWS_ACCESS_KEY_ID"] = "set by \"fly storage create\"";
            secrets["AWS_SECRET_ACCESS_KEY"] = "set by \"fly storage create\"";
        }

        if (deployment.IsCluster)
        {
            plain["NATS_STREAM_REPLICAS"] = $"{deployment.NatsServers}";
        }

        if (deployment.HomeRegion is { } home)
        {
            // Not by FLY_REGION: a machine that runs elsewhere still belongs to its app's region.
            plain["HOME_REGION"] = home;
            plain["GAIA_REGION"] = deployment.Region;
        }
    }

    private static EnvironmentVariable? Known(string name) => EnvironmentVariables.All.FirstOrDefault(variable => variable.Name == name);

    private bool Has(string name) => plain.ContainsKey(name) || secrets.ContainsKey(name);
}
