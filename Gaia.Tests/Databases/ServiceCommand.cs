using System.Diagnostics;

namespace Gaia.Tests.Databases;

/// <summary>A program of Gaia's that does one thing and ends, as an operator runs it.</summary>
internal static class ServiceCommand
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="service">One of <see cref="Resources"/>.</param>
    /// <param name="settings">Configuration by key, or by the name of a variable.</param>
    /// <param name="arguments">What the service is to do.</param>
    /// <returns>The exit code, and what stands on standard error.</returns>
    public static Task<(int Code, string Error)> RunAsync(string service, Dictionary<string, string> settings, params string[] arguments) =>
        RunAsync(new ProcessStartInfo("dotnet", [GaiaService.Assembly(service), .. arguments]), settings);

    /// <summary>Any program.</summary>
    public static async Task<(int Code, string Error)> RunAsync(ProcessStartInfo start, Dictionary<string, string> settings)
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
