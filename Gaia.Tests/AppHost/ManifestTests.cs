using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gaia.Tests.AppHost;

/// <summary>What Gaia.AppHost publishes is the manifest that lies beside this file, so that a change of it is seen in review.</summary>
public sealed partial class ManifestTests
{
    [Fact]
    public async Task The_manifest_is_the_one_in_the_repository()
    {
        using var folder = new TemporaryFolder();
        var written = Path.Combine(folder.Path, "manifest.json");

        await using var apphost = AppHostProcess.Start(folder, ["--operation", "publish", "--step", "publish-manifest", "--output-path", written]);

        Assert.Equal(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Comparable(await ReadAsync(Golden)), Comparable(await ReadAsync(written)));
    }

    private static string Golden => Path.Combine(Projects.Gaia_AppHost.ProjectPath, "..", "Gaia.Tests", "AppHost", "manifest.json");

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

    /// <summary>Without what may differ: image tags, hashes, the order of keys, OTEL_* and where the projects are.</summary>
    private static string Comparable(string manifest)
    {
        var text = Hash().Replace(ImageTag().Replace(ProjectFolder().Replace(manifest, "\"path\": \"$1"), "$1\""), "-hash");
        return Sorted(JsonNode.Parse(text)!).ToJsonString();
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o
            .Where(p => !p.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Key, p.Value is null ? null : Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };

    [GeneratedRegex("\"path\": \"[^\"]*/(Gaia\\.\\w+/)")]
    private static partial Regex ProjectFolder();

    [GeneratedRegex("(\"image\": \"[^\":]+):[^\"]+\"")]
    private static partial Regex ImageTag();

    [GeneratedRegex("-([0-9a-f]{10}|[0-9a-f]{8})(?=[-.\"])")]
    private static partial Regex Hash();
}
