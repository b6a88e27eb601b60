using System.Runtime.InteropServices;

namespace Aspire.Hosting.Engine;

internal static partial class Signals
{
    private static readonly Dictionary<string, int> Numbers = new() { ["INT"] = 2, ["KILL"] = 9, ["TERM"] = 15 };

    /// <summary>Signals every process of a group; one that is gone already is no error.</summary>
    public static void SendToGroup(int group, string signal) => _ = Kill(-group, Numbers[signal]);

    public static bool Exists(int process) => Kill(process, 0) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
