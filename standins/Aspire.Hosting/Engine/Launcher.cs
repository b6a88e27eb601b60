using System.Diagnostics;

namespace Aspire.Hosting.Engine;

/// <summary>
/// Starts a program as the leader of a session of its own, so that a terminal's Ctrl-C does not reach it and its whole group can be signalled.
/// The program begins only when the AppHost says "go", after the watchdog knows it: no moment is left in which a dying AppHost leaves an orphan.
/// </summary>
internal static class Launcher
{
    private const string WaitForGo = """read -r go && [ "$go" = go ] && exec "$@" </dev/null""";

    /// <summary>macOS has no setsid(1), but Perl.</summary>
    private const string PerlSetsid = "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV";

    /// <summary>What a service must not take over from the AppHost, as in Aspire: they say how the AppHost itself was started.</summary>
    private static readonly string[] NotInherited = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE"];

    public static ProcessStartInfo Prepare(ProcessSpec spec)
    {
        var start = InOwnSession(["/bin/sh", "-c", WaitForGo, "sh", .. spec.User?.Prefix ?? [], spec.FileName, .. spec.Arguments]);
        start.WorkingDirectory = spec.WorkingDirectory ?? "";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        foreach (var name in NotInherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static ProcessStartInfo InOwnSession(string[] command)
    {
        string[] words = Programs.TryFind("setsid") is { } setsid ? [setsid, .. command] : ["perl", "-e", PerlSetsid, .. command];
        return new(words[0], words[1..]) { RedirectStandardInput = true };
    }
}
