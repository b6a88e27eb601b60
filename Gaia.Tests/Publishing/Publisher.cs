using Gaia.Tests.AppHost;

namespace Gaia.Tests.Publishing;

/// <summary>Gaia.AppHost, publishing to Fly.io into a folder of the test's.</summary>
internal static class Publisher
{
    public static string Repository => Path.GetFullPath(Path.Combine(Projects.Gaia_AppHost.ProjectPath, ".."));

    /// <param name="folder">Where the files go.</param>
    /// <param name="settings">Pairs such as <c>region</c>, <c>fra</c>.</param>
    /// <returns>Its error output; empty when it succeeded.</returns>
    public static Task<string> RunAsync(TemporaryFolder folder, params string[] settings) => RunAsync(folder, settings, []);

    /// <inheritdoc cref="RunAsync(TemporaryFolder, string[])"/>
    public static async Task<string> RunAsync(TemporaryFolder folder, string[] settings, (string Name, string Value)[] environment)
    {
        var options = settings.Chunk(2).SelectMany(pair => new[] { $"--Fly:{pair[0]}", pair.ElementAtOrDefault(1) ?? "" });
        await using var apphost = AppHostProcess.Start(folder, ["--operation", "publish", "--step", "publish-fly", "--output-path", folder.Path, .. options], environment);
        var code = await apphost.ExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(code != 0, apphost.Errors.Count > 0);
        return string.Join('\n', apphost.Errors);
    }

    /// <summary>What a folder holds, by path.</summary>
    public static SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*.toml", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText),
        StringComparer.Ordinal);
}
