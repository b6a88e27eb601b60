using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Engine;

/// <summary>Gaia.AppHost as a user starts it: a program of its own, here with its state in a folder of the test.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> errors = [];
    private readonly ConcurrentQueue<string> output = [];
    private readonly Process process;

    private AppHostProcess(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>What it wrote to standard error, complete when it has exited.</summary>
    public IReadOnlyList<string> Errors => [.. errors.Where(line => line.Length > 0)];

    /// <summary>What it wrote to standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. output];

    public static AppHostProcess Start(TemporaryFolder state, string[] args, params (string Name, string Value)[] environment) =>
        Run(state, [Dotnet, Assembly, .. args], environment);

    /// <summary>With its state on a disk of its own, which nobody else sees and which is gone with it.</summary>
    /// <param name="mount">Options of a Linux tmpfs mount, such as <c>size=8m</c>.</param>
    public static AppHostProcess StartOnDisk(TemporaryFolder state, string mount, string[] args)
    {
        // Who is not root may mount as well, in a namespace of their own.
        string[] unshare = Environment.IsPrivilegedProcess ? ["unshare", "--mount"] : ["unshare", "--map-current-user", "--keep-caps", "--mount"];
        const string Script = """mount -t tmpfs -o "$1" none "$XDG_STATE_HOME" && shift && exec "$@" """;
        return Run(state, [.. unshare, "sh", "-c", Script, "sh", mount, Dotnet, Assembly, .. args], []);
    }

    /// <summary>Every process that came from this one, by asking the system (the ps of Linux and macOS alike).</summary>
    public async Task<List<(int Id, string Command)>> DescendantsAsync(CancellationToken ct)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,args="]) { RedirectStandardOutput = true })!;
        var lines = await ps.StandardOutput.ReadToEndAsync(ct);
        await ps.WaitForExitAsync(ct);

        var byParent = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 3)
            .ToLookup(f => Number(f[1]), f => (Id: Number(f[0]), Command: f[2]));

        List<(int Id, string Command)> found = [.. byParent[process.Id]];
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(byParent[found[next].Id]);
        }

        return found;
    }

    public async Task<int> ExitAsync(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct).WaitAsync(Deadline, ct);
        return process.ExitCode;
    }

    public void Kill() => process.Kill();

    public Task TerminateAsync(CancellationToken ct) => ProcessControl.TerminateAsync(process.Id, ct);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "Gaia.AppHost.dll");

    private static string Dotnet => Environment.ProcessPath is { } host && Path.GetFileName(host) is "dotnet" ? host : "dotnet";

    private static AppHostProcess Run(TemporaryFolder state, string[] command, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_STATE_HOME"] = state.Path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
