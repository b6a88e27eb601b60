using System.Diagnostics;

namespace Gaia.Tests.Regions;

/// <summary>Promotes a region, as an operator does.</summary>
internal static class Promotion
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Of one service's database.</summary>
    /// <returns>The exit code, and what stands on standard error.</returns>
    public static Task<(int Code, string Error)> RunAsync(string service, Dictionary<string, string> settings, params string[] options) =>
        RunAsync(new ProcessStartInfo("dotnet", [GaiaService.Assembly(service), "promote", .. options]), settings);

    /// <summary><c>./run.sh regions promote fra</c>, without building what the tests have been built with.</summary>
    public static Task<(int Code, string Error)> RunScriptAsync(Dictionary<string, string> settings) =>
        RunAsync(
            new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", $". scripts/prepare.sh; . scripts/regions.sh; build() {{ :; }}; regions_main promote {RegionServers.Away}"])
            {
                WorkingDirectory = Publishing.Publisher.Repository,
            },
            settings);

    private static async Task<(int Code, string Error)> RunAsync(ProcessStartInfo start, Dictionary<string, string> settings)
    {
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        var console = process.StandardOutput.ReadToEndAsync(Ct);
        var error = await process.StandardError.ReadToEndAsync(Ct);
        await console;
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, error);
    }
}
