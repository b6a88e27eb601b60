using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Gaia.Hosting;

internal static class ContainerEngine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether the engine that Aspire would use answers: the one named by <c>ASPIRE_CONTAINER_RUNTIME</c>, else Docker or Podman.</summary>
    public static bool IsAvailable(IConfiguration configuration) =>
        configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? Answers(chosen) : Answers("docker") || Answers("podman");

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
