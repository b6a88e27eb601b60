using System.Text.RegularExpressions;

namespace Gaia.Publishing.Fly;

/// <summary>What is decided when the files are written, and not by the graph.</summary>
/// <param name="Environment">Such as "dev": part of every app's name, so that several live in one organization.</param>
/// <param name="Region">Where Fly starts the first machines.</param>
/// <param name="Redis">Without a password.</param>
/// <param name="NatsServers">1, or 3 as a cluster.</param>
internal sealed partial record Deployment(string Environment, string Region, Uri Redis, int NatsServers)
{
    private const string FirstRegion = "sjc";

    // Fly's private network encrypts what runs in it; these names exist nowhere else.
    private static readonly string[] PrivateSuffixes = [".internal", ".flycast"];

    public bool IsCluster => NatsServers > 1;

    /// <exception cref="PublishingException">An option is none, or its value makes no sense.</exception>
    public static Deployment Of(string environment, string[] options)
    {
        var (region, redis, nats) = (FirstRegion, $"redis://fly-gaia-redis-{environment}.upstash.io:6379", 1);
        Require(Name().IsMatch(environment), $"\"{environment}\" is no name for an environment: lower-case letters, digits and hyphens are wanted, such as dev.");
        Require(options.Length % 2 == 0, $"{options.LastOrDefault()} needs a value.");
        foreach (var option in options.Chunk(2))
        {
            switch (option)
            {
                case ["--region", var code]:
                    Require(Code().IsMatch(code), $"--region is \"{code}\": Fly's code of a region is wanted, such as {FirstRegion}.");
                    region = code;
                    break;
                case ["--redis", var url]:
                    redis = url;
                    break;
                case ["--nats", var count]:
                    Require(count is "1" or "3", $"--nats is \"{count}\": 1 or 3 is wanted.");
                    nats = int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                default:
                    throw new PublishingException($"There is no option {option[0]}.");
            }
        }

        return new(environment, region, RedisAddress(redis), nats);
    }

    public string App(string resource) => $"gaia-{resource}-{Environment}";

    /// <summary>The name under which Fly's proxy answers for a private app, from the nearest healthy machine.</summary>
    public string PrivateUrl(string resource) => $"http://{App(resource)}.flycast";

    public string PublicUrl(string resource) => $"https://{App(resource)}.fly.dev";

    private static Uri RedisAddress(string text)
    {
        Require(
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "redis" or "rediss" && url.Host.Length > 0,
            "--redis is no address: redis://host[:port] is wanted, or rediss:// for TLS.");
        Require(url!.UserInfo.Length == 0, "--redis has a password in it, which would stand in a file: leave it out and set the secret REDIS_PASSWORD.");
        Require(
            url.Scheme == "rediss" || IsPrivate(url.Host),
            $"--redis leaves Fly's private network at {url.Host}: use rediss://, so that passwords and principals travel encrypted.");
        return url;
    }

    private static bool IsPrivate(string host) =>
        Array.Exists(PrivateSuffixes, suffix => host.EndsWith(suffix, StringComparison.Ordinal)) || UpstashOnFly().IsMatch(host);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new PublishingException(otherwise);
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z]{3}$")]
    private static partial Regex Code();

    [GeneratedRegex(@"^fly-[a-z0-9-]+\.upstash\.io$")]
    private static partial Regex UpstashOnFly();
}
