using System.Diagnostics;

namespace Gaia.Testing.Faults;

/// <summary>Starts programs that cannot outlive this process, however it ends.</summary>
internal static class Watchdog
{
    // A grandchild of this process reads a pipe that only this process writes to. When the pipe closes without a word,
    // this process has died: the program is killed with its children, and its data removed. The program itself replaces the
    // shell, so that its process id is the one that this process started; the watcher is no child of it, as it must
    // neither be frozen with it nor be reaped by it.
    private const string Script = """
        data=$1
        shift
        exec 3<&0 >>"$data.log" 2>&1
        ( { read -r _ <&3 || { kill -9 $$ $(cat /proc/$$/task/*/children); rm -rf "$data" "$data.log"; }; } & )
        exec 3<&- "$@" </dev/null
        """;

    /// <param name="program">The program and its arguments.</param>
    /// <param name="data">The program's folder; all output goes to a file of that name with ".log" added.</param>
    /// <param name="user">The user to run as; null is the current one.</param>
    public static Process Start(IEnumerable<string> program, string data, string? user = null)
    {
        var start = new ProcessStartInfo("sh", ["-c", Script, "watchdog", data, .. program]) { RedirectStandardInput = true };
        if (user is not null)
        {
            start.UserName = user;
            start.WorkingDirectory = Path.GetTempPath();
        }

        return Process.Start(start)!;
    }

    /// <summary>Lets the watcher go after the program has ended, so that it never kills a later process of the same id.</summary>
    public static void Release(Process process)
    {
        try
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // The watcher is gone already.
        }
    }
}
