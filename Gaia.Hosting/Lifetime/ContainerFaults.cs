using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Gaia.Hosting;

/// <summary>Breaks a container, to demonstrate a fault.</summary>
/// <remarks>Every call throws <see cref="InvalidOperationException"/> when the container engine refuses.</remarks>
/// <param name="configuration">Names the container engine, as Aspire reads it.</param>
public sealed class ContainerFaults(IConfiguration configuration)
{
    private readonly Lazy<string?> engine = new(() => ContainerEngine.Find(configuration));

    /// <summary>Pauses it, and lets it go on after the duration or when cancelled. Its connections stay open and are not served.</summary>
    public async Task FreezeAsync(string container, TimeSpan duration, CancellationToken cancellationToken)
    {
        await RunAsync("pause", container);
        try
        {
            await Task.Delay(duration, cancellationToken);
        }
        finally
        {
            await RunAsync("unpause", container);
        }
    }

    /// <summary>Ends it at once: a crash.</summary>
    public Task KillAsync(string container) => RunAsync("kill", container);

    private async Task RunAsync(string command, string container)
    {
        var client = engine.Value ?? throw new InvalidOperationException("No container engine answers.");
        using var running = Process.Start(new ProcessStartInfo(client, [command, container]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (running.StandardOutput.ReadToEndAsync(), running.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, errors, running.WaitForExitAsync());
        if (running.ExitCode != 0)
        {
            throw new InvalidOperationException($"{client} {command}: {await errors}");
        }
    }
}
