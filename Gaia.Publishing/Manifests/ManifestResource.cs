using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gaia.Publishing.Manifests;

/// <summary>One resource of the graph.</summary>
/// <param name="Name">As the AppHost calls it.</param>
/// <param name="Type">Such as <c>project.v0</c>.</param>
/// <param name="Value">What stands for it where others refer to it: a connection string, or a parameter's value.</param>
/// <param name="Path">Of a project, its file.</param>
/// <param name="Image">Of a container.</param>
/// <param name="Arguments">Of a container.</param>
/// <param name="Environment">Variables, with references to other resources in braces.</param>
/// <param name="DataFolder">Of a container, where its volume is mounted.</param>
/// <param name="IsExternal">Whether the world may reach it.</param>
internal sealed partial record ManifestResource(
    string Name,
    string Type,
    string Value,
    string Path,
    string Image,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string? DataFolder,
    bool IsExternal)
{
    public bool IsProject => Type.StartsWith("project.", StringComparison.Ordinal);

    public bool IsContainer => Type.StartsWith("container.", StringComparison.Ordinal);

    public bool IsParameter => Type.StartsWith("parameter.", StringComparison.Ordinal);

    /// <summary>"redis" of "docker.io/library/redis:8.6".</summary>
    public string Product => Image.Split('/')[^1].Split(':')[0];

    public static IEnumerable<string> NamesIn(string value) => Reference().Matches(value).Select(match => match.Groups["name"].Value);

    public static ManifestResource Of(JsonProperty resource)
    {
        var json = resource.Value;
        return new(
            resource.Name,
            Text(json, "type"),
            Text(json, "connectionString") + Text(json, "value"),
            Text(json, "path"),
            Text(json, "image"),
            json.TryGetProperty("args", out var args) ? [.. args.EnumerateArray().Select(arg => arg.GetString()!)] : [],
            json.TryGetProperty("env", out var env) ? env.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!) : [],
            json.TryGetProperty("volumes", out var volumes) ? volumes.EnumerateArray().Select(volume => Text(volume, "target")).FirstOrDefault() : null,
            json.TryGetProperty("bindings", out var bindings)
                && bindings.EnumerateObject().Any(binding => binding.Value.TryGetProperty("external", out var external) && external.GetBoolean()));
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

    [GeneratedRegex(@"\{(?<name>[^.{}]+)\.[^{}]*\}")]
    private static partial Regex Reference();
}
