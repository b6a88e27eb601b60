using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.AppHost;

/// <summary>Gaia.AppHost as a user starts it: a program of its own, here with its state in a folder of the test.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private const string AddressLine = "Gaia runs at ";
    private const string KeyLine = "API key";

    private readonly ConcurrentQueue<string> errors = [];
    private readonly ConcurrentQueue<string> output = [];
    private readonly Process process;

    private readonly string mark;

    private AppHostProcess(Process process, string mark)
    {
        (this.process, this.mark) = (process, mark);
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

    /// <summary>With its servers in containers, of the Podman that <c>scripts/containers.sh</c> has.</summary>
    public static AppHostProcess StartWithContainers(TemporaryFolder state) => Run(
        state,
        [Path.Combine(Publisher.Repository, "scripts", "containers.sh"), "run", Dotnet, Assembly],
        [("GAIA_SERVERS", "containers"), ("ASPIRE_CONTAINER_RUNTIME", "podman")]);

    /// <summary>The development API key, as the AppHost prints it when everything is ready.</summary>
    public string ApiKey => Output.Single(line => line.StartsWith(KeyLine, StringComparison.Ordinal))[KeyLine.Length..].Trim();

    /// <summary>Every process that came from this one. DCP detaches itself, but has this one's environment; Postgres and Redis overwrite theirs, but have a parent.</summary>
    public IReadOnlyList<(int Id, string Command)> Descendants()
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => (Folder: folder, Id: int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0))
            .Where(process => process.Id > 0)
            .ToDictionary(process => process.Id, process => (Parent: ParentIn(Read(process.Folder, "stat")), process.Folder));
        var found = all.Where(process => process.Key == Id || Read(process.Value.Folder, "environ").Contains(mark, StringComparison.Ordinal)).Select(process => process.Key).ToHashSet();
        while (all.FirstOrDefault(process => !found.Contains(process.Key) && found.Contains(process.Value.Parent)).Key is > 0 and var child)
        {
            found.Add(child);
        }

        found.Remove(Id);
        return [.. found.Select(id => (id, Read(all[id].Folder, "cmdline").Replace('\0', ' ')))];
    }

    /// <summary>Where the gateway answers, as the AppHost prints it when everything is ready.</summary>
    public Uri Address => new(Output.Single(IsAddress)[AddressLine.Length..]);

    /// <summary>Waits until everything is ready.</summary>
    public Task ReadyAsync(CancellationToken ct) => Eventually.IsTrueAsync(() => Task.FromResult(Output.Any(IsAddress)), Deadline, ct);

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

    private static bool IsAddress(string line) => line.StartsWith(AddressLine, StringComparison.Ordinal);

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "Gaia.AppHost.dll");

    private static string Dotnet => Environment.ProcessPath is { } host && Path.GetFileName(host) is "dotnet" ? host : "dotnet";

    private static AppHostProcess Run(TemporaryFolder state, string[] command, (string Name, string Value)[] environment)
    {
        var mark = $"GAIA_TEST_APPHOST={Guid.NewGuid():N}";
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["XDG_STATE_HOME"] = state.Path;
        start.Environment["GAIA_SERVERS"] = "programs";
        start.Environment["GATEWAY_PORT"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        start.Environment[mark.Split('=')[0]] = mark.Split('=')[1];
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, mark);
    }

    /// <summary>The second field after the name, which is in parentheses and may hold anything.</summary>
    private static int ParentIn(string stat) => stat.Length == 0 ? 0 : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's.
            return "";
        }
    }
}
