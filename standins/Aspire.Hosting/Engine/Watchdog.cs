using System.Diagnostics;

namespace Aspire.Hosting.Engine;

/// <summary>
/// A small shell process that outlives the AppHost, however that ends: it reads from a pipe which process groups run, and when the pipe
/// closes, it stops them (SIGKILL after 5 s) and removes the throw-away folder.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        trap '' INT HUP TERM
        groups=
        while read -r word group signal; do
          case $word in
            add) groups="$groups $group:$signal" ;;
            end) exit 0 ;;
            remove)
              kept=
              for g in $groups; do [ "${g%:*}" = "$group" ] || kept="$kept $g"; done
              groups=$kept ;;
          esac
        done
        any_left() {
          for g in $groups; do kill -0 -"${g%:*}" 2>/dev/null && return 0; done
          return 1
        }
        for g in $groups; do kill -"${g#*:}" -"${g%:*}" 2>/dev/null; done
        tries=0
        while any_left && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
        for g in $groups; do kill -KILL -"${g%:*}" 2>/dev/null; done
        rm -rf -- "$1"
        """;

    private readonly Lock gate = new();
    private readonly Process process;

    public Watchdog(string throwawayFolder)
    {
        process = Process.Start(Launcher.InOwnSession(["/bin/sh", "-c", Script, "sh", throwawayFolder]))!;
        process.StandardInput.AutoFlush = true;
    }

    public int Id => process.Id;

    public void Add(int group, string signal) => Tell($"add {group} {signal}");

    public void Remove(int group) => Tell($"remove {group}");

    /// <summary>Everything has been stopped: the watchdog has nothing more to do.</summary>
    public void Dispose()
    {
        Tell("end");
        process.Dispose();
    }

    private void Tell(string line)
    {
        lock (gate)
        {
            try
            {
                process.StandardInput.WriteLine(line);
            }
            catch (IOException)
            {
                // Somebody has killed the watchdog; the graph goes on without it.
            }
        }
    }
}
