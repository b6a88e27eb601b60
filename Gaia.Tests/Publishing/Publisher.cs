using System.Diagnostics;
using Gaia.Tests.Engine;

namespace Gaia.Tests.Publishing;

/// <summary>Gaia.Publishing as run.sh calls it, on a manifest of the test's choice and into a folder of the test's.</summary>
internal static class Publisher
{
    /// <summary>The manifest that genuine Aspire wrote for Gaia.AppHost.</summary>
    public static string Golden => Path.Combine(Repository, "Gaia.Tests", "Engine", "manifest.json");

    public static string Repository => Path.GetFullPath(Path.Combine(Projects.Gaia_AppHost.ProjectPath, ".."));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <returns>What it said of why it would not; empty when it would.</returns>
    public static async Task<string> Run(string manifest, TemporaryFolder folder, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Gaia.Publishing.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "fly", manifest, folder.Path, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var said = process.StandardOutput.ReadToEndAsync(Ct);
        var refused = await process.StandardError.ReadToEndAsync(Ct);
        await said;
        await process.WaitForExitAsync(Ct);
        Assert.Equal(process.ExitCode != 0, refused.Length > 0);
        return refused;
    }

    /// <summary>What a folder holds, by path.</summary>
    public static SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*.toml", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText),
        StringComparer.Ordinal);
}
