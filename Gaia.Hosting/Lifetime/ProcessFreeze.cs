using System.Runtime.InteropServices;

namespace Gaia.Hosting;

/// <summary>Freezes processes for a while, to demonstrate a fault.</summary>
public static partial class ProcessFreeze
{
    private static readonly (int Stop, int Continue) Signals = OperatingSystem.IsMacOS() ? (17, 19) : (19, 18);

    /// <summary>Sends SIGSTOP, and SIGCONT after the duration or when cancelled. Its connections stay open and are not served.</summary>
    public static async Task FreezeAsync(int processId, TimeSpan duration, CancellationToken cancellationToken)
    {
        _ = Kill(processId, Signals.Stop);
        try
        {
            await Task.Delay(duration, cancellationToken);
        }
        finally
        {
            _ = Kill(processId, Signals.Continue);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
