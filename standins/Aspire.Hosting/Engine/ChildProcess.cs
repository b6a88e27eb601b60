using System.ComponentModel;
using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>A running process with its group, its output and its end.</summary>
internal sealed class ChildProcess
{
    /// <summary>A grandchild that holds the pipe open must not hold up the news that the process has ended.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly string stopSignal;

    private ChildProcess(Process process, ProcessSpec spec, ResourceLog log, Watchdog watchdog)
    {
        this.process = process;
        stopSignal = spec.StopSignal;
        Id = process.Id;

        var output = Task.WhenAll(
            PumpAsync(process.StandardOutput, log, isError: false),
            PumpAsync(process.StandardError, log, isError: true));
        Exited = WatchAsync(output, watchdog);
    }

    public int Id { get; }

    /// <summary>The exit code; 128 + n for signal n.</summary>
    public Task<int> Exited { get; }

    public static ChildProcess Start(ProcessSpec spec, string resource, ResourceLog log, Watchdog watchdog)
    {
        try
        {
            var process = Process.Start(Launcher.Prepare(spec))!;
            watchdog.Add(process.Id, spec.StopSignal);
            var child = new ChildProcess(process, spec, log, watchdog);
            process.StandardInput.WriteLine("go");
            process.StandardInput.Close();
            return child;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new StartFailure(resource, $"{spec.FileName} does not start ({e.Message})", "Check that it may be executed.", e);
        }
    }

    public async Task StopAsync(TimeSpan grace)
    {
        if (!Exited.IsCompleted)
        {
            Signals.SendToGroup(Id, stopSignal);
            await Task.WhenAny(Exited, Task.Delay(grace));
        }

        // What the process itself has left behind goes with it.
        Signals.SendToGroup(Id, "KILL");
        await Exited;
    }

    private static async Task PumpAsync(StreamReader reader, ResourceLog log, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                log.Write(line, isError);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe went with the process.
        }
    }

    private async Task<int> WatchAsync(Task output, Watchdog watchdog)
    {
        await process.WaitForExitAsync();
        var exitCode = process.ExitCode;
        Signals.SendToGroup(Id, "KILL");
        watchdog.Remove(Id);
        await Task.WhenAny(output, Task.Delay(OutputGrace));
        process.Dispose();
        return exitCode;
    }
}
