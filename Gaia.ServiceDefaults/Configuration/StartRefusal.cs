using System.Diagnostics.CodeAnalysis;

namespace Gaia;

/// <summary>How a service ends that cannot start as it is configured: a line per reason on stderr, exit code 1, and no stack trace.</summary>
internal static class StartRefusal
{
    private const int ExitCode = 1;

    [DoesNotReturn]
    public static void Exit(params IEnumerable<string> reasons)
    {
        foreach (var reason in reasons)
        {
            Console.Error.WriteLine(reason);
        }

        Environment.Exit(ExitCode);
    }
}
