using System.Diagnostics;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Containers;

/// <summary>What a program wrote, and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <returns>Its output.</returns>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Output}{Errors}");
        return Output;
    }
}

/// <summary><c>scripts/containers.sh</c>: Podman with the images of this repository.</summary>
internal static class ContainerScript
{
    public static Task<ProgramResult> BuildAsync(CancellationToken ct) => RunAsync(["build"], ct);

    public static Task<ProgramResult> PodmanAsync(CancellationToken ct, params string[] arguments) => RunAsync(["podman", .. arguments], ct);

    private static async Task<ProgramResult> RunAsync(string[] arguments, CancellationToken ct)
    {
        ProcessStartInfo start = new(Path.Combine(Publisher.Repository, "scripts", "containers.sh"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var script = Process.Start(start)!;
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(ct), script.StandardError.ReadToEndAsync(ct));
        await script.WaitForExitAsync(ct);
        return new(script.ExitCode, await output, await errors);
    }
}
