using System.Globalization;
using System.Runtime.InteropServices;

namespace Gaia.Hosting;

/// <summary>Breaks a process and its descendants (Postgres serves each client by a child), to demonstrate a fault. Without /proc, the process alone.</summary>
public static partial class ProcessFaults
{
    private const int SignalKill = 9;
    private static readonly (int Stop, int Continue) Signals = OperatingSystem.IsMacOS() ? (17, 19) : (19, 18);

    /// <summary>Sends SIGSTOP, and SIGCONT after the duration or when cancelled. Their connections stay open and are not served.</summary>
    public static async Task FreezeAsync(int processId, TimeSpan duration, CancellationToken cancellationToken)
    {
        var stopped = Stop(processId);
        try
        {
            await Task.Delay(duration, cancellationToken);
        }
        finally
        {
            foreach (var process in stopped)
            {
                _ = Signal(process, Signals.Continue);
            }
        }
    }

    /// <summary>Sends SIGKILL: a crash. They are stopped first, so that no child escapes.</summary>
    public static void Kill(int processId)
    {
        foreach (var process in Stop(processId))
        {
            _ = Signal(process, SignalKill);
        }
    }

    /// <summary>Looks again until no process is new, as one may have forked before its signal arrived.</summary>
    private static HashSet<int> Stop(int processId)
    {
        HashSet<int> stopped = [];
        while (Tree(processId).Where(stopped.Add).ToList() is { Count: > 0 } found)
        {
            found.ForEach(process => _ = Signal(process, Signals.Stop));
        }

        return stopped;
    }

    private static List<int> Tree(int root)
    {
        List<int> tree = [root];
        if (!Directory.Exists("/proc/self"))
        {
            return tree;
        }

        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        for (var next = 0; next < tree.Count; next++)
        {
            tree.AddRange(children[tree[next]]);
        }

        return tree;
    }

    /// <returns>0 when the process is gone.</returns>
    private static int ParentOf(int process)
    {
        try
        {
            // The name before the state and the parent is in parentheses and may hold anything, even parentheses.
            var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);
}
