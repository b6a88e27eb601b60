using Gaia.Publishing.Manifests;

namespace Gaia.Publishing.Fly;

/// <summary>A service's variables on Fly, made of those it has in the graph: what is plain goes into the file, of a secret only the name does.</summary>
internal sealed class ServiceSettings
{
    private readonly SortedDictionary<string, string> plain = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> secrets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> optionalSecrets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Plain => plain;

    public IEnumerable<(string Name, string Meaning)> Secrets => secrets.Select(secret => (secret.Key, secret.Value));

    public IEnumerable<(string Name, string Meaning)> OptionalSecrets => optionalSecrets.Select(secret => (secret.Key, secret.Value));

    public bool HasDatabase => secrets.ContainsKey("DATABASE_URL");

    public static ServiceSettings Of(ManifestResource service, Manifest manifest, Deployment deployment)
    {
        var settings = new ServiceSettings();
        foreach (var (name, value) in service.Environment)
        {
            settings.Take(name, value, manifest, deployment);
        }

        foreach (var variable in KnownVariables.All.Where(v => v is { IsSecret: true, IsAppHosts: false } && v.IsReadBy(service.Name) && !settings.Has(v.Name)))
        {
            settings.optionalSecrets[variable.Name] = variable.Meaning;
        }

        settings.AddWhatFlyNeeds(service, deployment);
        return settings;
    }

    private void Take(string name, string value, Manifest manifest, Deployment deployment)
    {
        if (name.StartsWith("services__", StringComparison.Ordinal))
        {
            // Between the services there is Fly's private network, which encrypts; a certificate for https there is none.
            if (name.Contains("__http__", StringComparison.Ordinal))
            {
                plain[name] = deployment.PrivateUrl(name.Split("__")[1]);
            }
        }
        else if (manifest.Behind(value) is { Count: > 0 } behind)
        {
            TakeReference(name, behind, deployment);
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

    private void TakeReference(string name, IReadOnlySet<ManifestResource> behind, Deployment deployment)
    {
        var isConnection = name.StartsWith("ConnectionStrings__", StringComparison.Ordinal);
        switch (behind.FirstOrDefault(resource => resource.IsContainer)?.Product)
        {
            case "redis" when isConnection:
                plain["REDIS_URL"] = deployment.Redis.OriginalString;
                secrets["REDIS_PASSWORD"] = "as \"fly redis status\" shows it";
                break;
            case "postgres" when isConnection:
                secrets["DATABASE_URL"] = $"set by \"fly mpg attach\", database {name.Split("__")[1]}";
                break;
            case "nats" when isConnection:
                secrets["NATS_URL"] = $"nats://nats:PASSWORD@{deployment.App("nats")}.internal:4222";
                break;

            // A parameter of the graph; those of the servers' own passwords come in more names than are read.
            case null when Known(name) is not null:
                secrets.TryAdd(name, "the same in every service: openssl rand -hex 32");
                break;
        }
    }

    private void AddWhatFlyNeeds(ManifestResource service, Deployment deployment)
    {
        if (service.Name == Resources.Auth)
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
    }

    private static KnownVariable? Known(string name) => KnownVariables.All.FirstOrDefault(variable => variable.Name == name);

    private bool Has(string name) => plain.ContainsKey(name) || secrets.ContainsKey(name);
}
