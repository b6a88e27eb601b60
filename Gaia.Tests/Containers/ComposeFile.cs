using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Gaia.Tests.Containers;

/// <summary>docker-compose.yml and the files that are added to it, read as Docker Compose reads them. What Gaia's files do not use is not known here, and fails.</summary>
/// <param name="folder">Where the files are.</param>
/// <param name="variables">What the files refer to, as in .env.</param>
/// <param name="names">The files; a later one adds to those before.</param>
internal sealed partial class ComposeFile(string folder, IReadOnlyDictionary<string, string> variables, params string[] names)
{
    public const string Network = "gaia_gaia_net";

    // Docker Compose replaces these lists, and appends to all others.
    private static readonly string[] Replaced = ["command", "entrypoint", "test"];

    private readonly string folder = folder;
    private readonly Dictionary<object, object> file = names.Select(name => Parse(Path.Combine(folder, name))).Aggregate(Merge);

    public IReadOnlyList<string> Services => [.. Section("services").Keys.Cast<string>().OrderBy(DependencyDepth)];

    /// <summary>Services that have to be healthy before one is started.</summary>
    public IEnumerable<string> HealthyBefore(string service) => Dependencies(service)
        .Where(dependency => (string)((Dictionary<object, object>)dependency.Value)["condition"] == "service_healthy").Select(dependency => (string)dependency.Key);

    /// <summary>The arguments of <c>podman run</c>; with another command than its own it runs once, and nobody reaches it.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="before">Options besides its own settings.</param>
    /// <param name="command">Another one than its own.</param>
    /// <param name="after">Options that change its own settings.</param>
    public string[] RunArguments(string service, string[] before, string[]? command = null, string[]? after = null)
    {
        var settings = SettingsOf(service).Where(setting => command is null || setting.Key is not ("restart" or "ports" or "networks")).ToDictionary();
        var image = settings.TryGetValue("image", out var named) ? (string)named : $"localhost/gaia-{service}";
        return
        [
            .. before, .. settings.SelectMany(setting => Option(service, (string)setting.Key, setting.Value)), .. after ?? [], image,
            .. command ?? (settings.TryGetValue("command", out var own) ? Words(own) : []),
        ];
    }

    private IEnumerable<string> Option(string service, string name, object value) => name switch
    {
        "build" or "image" or "command" or "depends_on" => [],
        "restart" => ["--restart", Text(value)],
        "networks" => ["--network", Network, "--network-alias", service],
        "read_only" => [$"--read-only={Text(value)}"],
        "tmpfs" => Each("--tmpfs", value),
        "cap_drop" => Each("--cap-drop", value),
        "security_opt" => Each("--security-opt", value).Select(option => option.Replace(':', '=')),
        "ports" => Each("--publish", value),
        "volumes" => Each("--volume", value).Select(option => option.StartsWith("--", StringComparison.Ordinal) ? option : $"gaia_{option}"),
        "environment" => ((Dictionary<object, object>)value).SelectMany(variable => new[] { "--env", $"{variable.Key}={Text(variable.Value)}" }),
        "secrets" => Words(value).SelectMany(secret => new[] { "--volume", $"{SecretFile(secret)}:/run/secrets/{secret}:ro" }),
        "entrypoint" => ["--entrypoint", JsonSerializer.Serialize(Words(value))],
        "healthcheck" => ((Dictionary<object, object>)value).SelectMany(setting => HealthOption((string)setting.Key, setting.Value)),
        _ => throw new NotSupportedException($"{service}: {name}"),
    };

    private IEnumerable<string> HealthOption(string name, object value) => name switch
    {
        "test" => ["--health-cmd", Words(value) is ["CMD", .. var command] ? JsonSerializer.Serialize(command) : Words(value)[1]],
        "interval" => ["--health-interval", Text(value)],
        "retries" => ["--health-retries", Text(value)],
        _ => throw new NotSupportedException(name),
    };

    private string SecretFile(string secret) => Path.GetFullPath(Path.Combine(folder, Text(((Dictionary<object, object>)Section("secrets")[secret])["file"])));

    private IEnumerable<string> Each(string option, object values) => Words(values).SelectMany(value => new[] { option, value });

    private string[] Words(object value) => value is List<object> list ? [.. list.Select(Text)] : Text(value).Split(' ');

    private string Text(object value) => Reference().Replace(
        (string)value,
        found => found.Value == "$$" ? "$" : variables.GetValueOrDefault(found.Groups["name"].Value) is { Length: > 0 } set ? set : found.Groups["default"].Value);

    private int DependencyDepth(string service) => Dependencies(service).Select(dependency => DependencyDepth((string)dependency.Key) + 1).DefaultIfEmpty().Max();

    private Dictionary<object, object> Dependencies(string service) => (Dictionary<object, object>)SettingsOf(service).GetValueOrDefault("depends_on", new Dictionary<object, object>());

    private Dictionary<object, object> SettingsOf(string service) => (Dictionary<object, object>)Section("services")[service];

    private Dictionary<object, object> Section(string name) => (Dictionary<object, object>)file[name];

    private static Dictionary<object, object> Parse(string path)
    {
        using var text = File.OpenText(path);
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }

    private static Dictionary<object, object> Merge(Dictionary<object, object> first, Dictionary<object, object> second)
    {
        var merged = new Dictionary<object, object>(first);
        foreach (var (key, value) in second)
        {
            merged[key] = (merged.GetValueOrDefault(key), value) switch
            {
                (Dictionary<object, object> before, Dictionary<object, object> added) => Merge(before, added),
                (List<object> before, List<object> added) when !Replaced.Contains(key) => new List<object>([.. before, .. added]),
                _ => value,
            };
        }

        return merged;
    }

    [GeneratedRegex(@"\$\$|\$\{(?<name>\w+)(?::-(?<default>[^}]*))?\}")]
    private static partial Regex Reference();
}
