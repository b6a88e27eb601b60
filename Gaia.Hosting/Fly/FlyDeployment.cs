using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Gaia.Hosting;

/// <summary>What is decided when the files are written, and not by the graph.</summary>
/// <param name="Environment">Such as "dev": part of every app's name, so that several live in one organization.</param>
/// <param name="Region">Where Fly starts the first machines.</param>
/// <param name="Redis">Without a password.</param>
/// <param name="NatsServers">1, or 3 as a cluster.</param>
/// <param name="Followers">What is deployed to the regions that follow this one (docs/regions.md).</param>
/// <param name="Home">The region that this one follows; null at home.</param>
internal sealed partial record FlyDeployment(
    string Environment, string Region, Uri Redis, int NatsServers, IReadOnlyList<FlyDeployment> Followers, string? Home = null)
{
    private const string FirstRegion = "sjc";

    private static readonly string[] Settings = ["Environment", "Region", "Regions", "Redis", "Nats"];

    // A follower's own; the other services are home's.
    private static readonly string[] OfRegion = [Resources.Gateway, Resources.Nats];

    // Fly's private network encrypts what runs in it; these names exist nowhere else.
    private static readonly string[] PrivateSuffixes = [".internal", ".flycast"];

    public bool IsCluster => NatsServers > 1;

    /// <summary>The region where changes are made; null when there is only one.</summary>
    public string? HomeRegion => Home ?? (Followers.Count > 0 ? Region : null);

    /// <exception cref="DistributedApplicationException">A setting is unknown, or its value is not valid.</exception>
    public static FlyDeployment Read(IConfigurationSection settings)
    {
        var unknown = settings.GetChildren().Select(setting => setting.Key).Except(Settings, StringComparer.OrdinalIgnoreCase).FirstOrDefault();
        Require(unknown is null, $"There is no option {unknown}: expected {string.Join(", ", Settings)}.");

        var environment = settings["Environment"] ?? "dev";
        var regions = (settings["Regions"] ?? settings["Region"] ?? FirstRegion).Split(',');
        var nats = settings["Nats"] ?? "1";
        Require(Name().IsMatch(environment), $"\"{environment}\" is not the name of an environment: expected lower-case letters, digits and hyphens, such as dev.");
        Require(settings["Regions"] is null || settings["Region"] is null, "region and regions are both set: regions names home first.");
        Require(settings["Region"]?.Contains(',', StringComparison.Ordinal) is not true, "region is more than one: expected regions.");
        foreach (var region in regions)
        {
            Require(Code().IsMatch(region), $"region is \"{region}\": expected Fly's code of a region, such as {FirstRegion}.");
        }

        Require(regions.Distinct().Count() == regions.Length, $"regions is \"{string.Join(',', regions)}\": expected each region once.");
        Require(nats is "1" or "3", $"nats is \"{nats}\": expected 1 or 3.");
        var redis = settings["Redis"]?.Split(',') ?? [.. regions.Select(region => DefaultRedis(environment, region == regions[0] ? null : region))];
        Require(redis.Length == regions.Length, "redis must be one address for each region, separated by commas: no two regions share a Redis.");
        return new(
            environment,
            regions[0],
            ReadRedis(redis[0]),
            nats == "1" ? 1 : 3,
            [.. regions.Zip(redis).Skip(1).Select(follower => new FlyDeployment(environment, follower.First, ReadRedis(follower.Second), NatsServers: 1, [], regions[0]))]);
    }

    public string App(string resource) => Home is not null && OfRegion.Contains(resource) ? $"gaia-{resource}-{Region}-{Environment}" : AppAtHome(resource);

    public string AppAtHome(string resource) => $"gaia-{resource}-{Environment}";

    /// <summary>Where the app's file goes, below the repository's root.</summary>
    public string Path(string name) => Home is null ? $"fly/{name}.{Environment}.toml" : $"fly/{Region}/{name}.{Environment}.toml";

    /// <summary>The name under which Fly's proxy answers for a private app, from the nearest healthy machine.</summary>
    public string PrivateUrl(string resource) => $"http://{App(resource)}.flycast";

    public string PublicUrl(string resource) => $"https://{App(resource)}.fly.dev";

    private static string DefaultRedis(string environment, string? region) =>
        $"redis://fly-gaia-redis-{(region is null ? "" : $"{region}-")}{environment}.upstash.io:6379";

    private static Uri ReadRedis(string text)
    {
        Require(
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "redis" or "rediss" && url.Host.Length > 0,
            "redis is not an address: expected redis://host[:port], or rediss:// for TLS.");
        Require(url!.UserInfo.Length == 0, "redis has a password in it, which would be written to a file: leave it out and set the secret REDIS_PASSWORD.");
        Require(
            url.Scheme == "rediss" || IsPrivate(url.Host),
            $"redis leaves Fly's private network at {url.Host}: use rediss://, so that passwords and principals travel encrypted.");
        return url;
    }

    private static bool IsPrivate(string host) =>
        Array.Exists(PrivateSuffixes, suffix => host.EndsWith(suffix, StringComparison.Ordinal)) || UpstashOnFly().IsMatch(host);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new DistributedApplicationException(otherwise);
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z]{3}$")]
    private static partial Regex Code();

    [GeneratedRegex(@"^fly-[a-z0-9-]+\.upstash\.io$")]
    private static partial Regex UpstashOnFly();
}
