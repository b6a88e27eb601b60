using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Gaia.Hosting;

/// <summary>The container engine that Aspire uses.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The command of the engine that answers: the one named by <c>ASPIRE_CONTAINER_RUNTIME</c>, else Docker or Podman.</summary>
    /// <returns>Null when none does.</returns>
    public static string? Find(IConfiguration configuration) =>
        (configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? [chosen] : (string[])["docker", "podman"]).FirstOrDefault(Answers);

    private static bool Answers(string client)
    {
        try
        {
            using var info = Process.Start(new ProcessStartInfo(client, ["info"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (info.StandardOutput.ReadToEndAsync(), info.StandardError.ReadToEndAsync());
            if (!info.WaitForExit(Timeout))
            {
                info.Kill(entireProcessTree: true);
                return false;
            }

            Task.WaitAll(output, errors);
            return info.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // The client is not installed.
            return false;
        }
    }
}
