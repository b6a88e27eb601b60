using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gaia.Tests.NKeys;

/// <summary>A nats-server on a port of its own choosing that admits exactly one NKey.</summary>
internal sealed partial class NKeyNatsServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gaia-nkeys-");
    private readonly TaskCompletionSource<string> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;

    private NKeyNatsServer(string admittedPublicKey)
    {
        var configuration = Path.Combine(folder.FullName, "nats.conf");
        File.WriteAllText(configuration, $"authorization {{ users: [ {{ nkey: {admittedPublicKey} }} ] }}");
        process = Process.Start(new ProcessStartInfo("nats-server", ["-c", configuration, "-a", "127.0.0.1", "-p", "-1"]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, line) => ReadLog(line.Data);
        process.BeginErrorReadLine();
    }

    public string Url { get; private set; } = "";

    [GeneratedRegex(@"Listening for client connections on (?<address>127\.0\.0\.1:\d+)")]
    private static partial Regex Listening { get; }

    public static async Task<NKeyNatsServer> StartAsync(string admittedPublicKey, CancellationToken ct)
    {
        var server = new NKeyNatsServer(admittedPublicKey);
        try
        {
            server.Url = await server.listening.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private void ReadLog(string? line)
    {
        if (line is null)
        {
            listening.TrySetException(new InvalidOperationException("nats-server ended before it listened."));
        }
        else if (Listening.Match(line) is { Success: true } match)
        {
            listening.TrySetResult($"nats://{match.Groups["address"].Value}");
        }
    }
}
