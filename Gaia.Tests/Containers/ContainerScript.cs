using System.Diagnostics;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Containers;

/// <summary>What a program wrote, and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Output}{Errors}");
        return Output;
    }
}

/// <summary><c>scripts/containers.sh</c>: Podman and podman-compose with the images of this repository.</summary>
internal static class ContainerScript
{
    public static Task<ProgramResult> BuildAsync(CancellationToken ct) => RunAsync(Publisher.Repository, ["build"], ct);

    public static Task<ProgramResult> PodmanAsync(CancellationToken ct, params string[] arguments) => RunAsync(Publisher.Repository, ["podman", .. arguments], ct);

    /// <param name="folder">The one with the compose files.</param>
    /// <param name="arguments">Of podman-compose.</param>
    /// <param name="ct">Stops waiting for it.</param>
    public static Task<ProgramResult> ComposeAsync(string folder, string[] arguments, CancellationToken ct) => RunAsync(folder, ["compose", .. arguments], ct);

    private static async Task<ProgramResult> RunAsync(string folder, string[] arguments, CancellationToken ct)
    {
        ProcessStartInfo start = new(Path.Combine(Publisher.Repository, "scripts", "containers.sh"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in KnownVariables.All)
        {
            // The environment wins over the settings of a test.
            start.Environment.Remove(variable.Name);
        }

        using var script = Process.Start(start)!;
        var (output, errors) = (script.StandardOutput.ReadToEndAsync(ct), script.StandardError.ReadToEndAsync(ct));
        await script.WaitForExitAsync(ct);
        return new(script.ExitCode, await output, await errors);
    }
}
