using System.Runtime.InteropServices;

namespace Gaia.Hosting;

/// <summary>Breaks processes, to demonstrate a fault.</summary>
public static partial class ProcessFaults
{
    private const int SignalKill = 9;
    private static readonly (int Stop, int Continue) Signals = OperatingSystem.IsMacOS() ? (17, 19) : (19, 18);

    /// <summary>Sends SIGSTOP, and SIGCONT after the duration or when cancelled. Its connections stay open and are not served.</summary>
    public static async Task FreezeAsync(int processId, TimeSpan duration, CancellationToken cancellationToken)
    {
        _ = Signal(processId, Signals.Stop);
        try
        {
            await Task.Delay(duration, cancellationToken);
        }
        finally
        {
            _ = Signal(processId, Signals.Continue);
        }
    }

    /// <summary>Sends SIGKILL: a crash.</summary>
    public static void Kill(int processId) => _ = Signal(processId, SignalKill);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);
}
