using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gaia.Testing.Faults;

/// <summary>
/// Freezes, thaws and ends a process together with all its descendants (Postgres serves each client by a child), and
/// returns when the system shows that it took effect. Linux only, as it reads /proc.
/// </summary>
public static class ProcessControl
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    public static Task FreezeAsync(this Process process, CancellationToken ct = default) => FreezeAsync(process.Id, ct);

    public static Task ThawAsync(this Process process, CancellationToken ct = default) => ThawAsync(process.Id, ct);

    public static Task KillAsync(this Process process, CancellationToken ct = default) => KillAsync(process.Id, ct);

    public static Task TerminateAsync(this Process process, CancellationToken ct = default) => TerminateAsync(process.Id, ct);

    /// <summary>SIGSTOP: sockets stay open and take bytes in, nobody answers.</summary>
    public static Task FreezeAsync(int pid, CancellationToken ct = default) =>
        // Looked at again each time, as a process may have forked before its signal arrived.
        Eventually.IsTrueAsync(() => Signal(Stop, Tree(pid)).All(p => ThreadStates(p).All(s => s is 'T' or 'Z')), ct: ct);

    /// <summary>SIGCONT.</summary>
    public static Task ThawAsync(int pid, CancellationToken ct = default) =>
        Eventually.IsTrueAsync(() => Signal(Continue, Tree(pid)).All(p => !ThreadStates(p).Contains('T')), ct: ct);

    /// <summary>SIGKILL. The tree is frozen first, so that no child escapes as an orphan.</summary>
    public static async Task KillAsync(int pid, CancellationToken ct = default)
    {
        await FreezeAsync(pid, ct);
        var doomed = Signal(Kill, Tree(pid));
        await Eventually.IsTrueAsync(() => doomed.All(HasEnded), ct: ct);
    }

    /// <summary>SIGTERM to the process itself, which is trusted to end its children.</summary>
    public static Task TerminateAsync(int pid, CancellationToken ct = default) => AskToEndAsync(Terminate, pid, ct);

    /// <summary>SIGINT to the process itself, as Ctrl+C sends it.</summary>
    public static Task InterruptAsync(int pid, CancellationToken ct = default) => AskToEndAsync(Interrupt, pid, ct);

    /// <summary>Whether SIGSTOP has taken effect on the process itself.</summary>
    public static bool IsFrozen(int pid) => ThreadStates(pid) is { Length: > 0 } states && states.All(s => s is 'T');

    /// <summary>True also for a zombie, which only waits for its parent to ask how it ended.</summary>
    public static bool HasEnded(int pid) => ThreadStates(pid).All(s => s is 'Z' or 'X');

    private static Task AskToEndAsync(int signal, int pid, CancellationToken ct)
    {
        Signal(signal, [pid]);
        return Eventually.IsTrueAsync(() => HasEnded(pid), ct: ct);
    }

    private static List<int> Tree(int pid)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(id => Stat($"/proc/{id}/stat") is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0);

        List<int> tree = [pid];
        for (var next = 0; next < tree.Count; next++)
        {
            tree.AddRange(parents[tree[next]]);
        }

        return tree;
    }

    private static char[] ThreadStates(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task").Select(thread => Stat($"{thread}/stat") is [var state, ..] ? state[0] : 'X')];
        }
        catch (IOException)
        {
            // It is gone, or goes while its threads are listed.
            return [];
        }
    }

    /// <summary>The fields of a stat file from the state on; none when the process is gone.</summary>
    private static string[] Stat(string file)
    {
        try
        {
            // The name before the state is in parentheses and may hold anything, even parentheses.
            var stat = File.ReadAllText(file);
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static List<int> Signal(int signal, List<int> pids)
    {
        foreach (var pid in pids)
        {
            // ESRCH is fine: the process ended by itself meanwhile.
            _ = Send(pid, signal);
        }

        return pids;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Send(int pid, int signal);
}
