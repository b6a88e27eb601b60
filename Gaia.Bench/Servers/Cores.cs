using System.Diagnostics;
using System.Globalization;

namespace Gaia.Bench.Servers;

/// <summary>
/// The cores a process is pinned to. What is measured has its own; load generators, backends and databases have the others, so that neither takes CPU time from
/// the other. Nothing is pinned where taskset is missing.
/// </summary>
/// <param name="First">Counted from 0.</param>
internal sealed record Cores(int First, int Count)
{
    public static Cores Measured { get; } = new(0, Math.Max(1, Environment.ProcessorCount / 2));

    public static Cores Load { get; } = new(Measured.Count % Environment.ProcessorCount, Math.Max(1, Environment.ProcessorCount - Measured.Count));

    public static Cores All { get; } = new(0, Environment.ProcessorCount);

    public static string Text => CanPin
        ? $"what is measured runs on core {Measured}, load and everything behind it on core {Load} (taskset)"
        : "nothing is pinned to cores, as taskset is missing";

    private static bool CanPin { get; } = Programs.Find("taskset") is not null;

    /// <summary>Gets the command line that runs a program on these cores.</summary>
    public IEnumerable<string> CommandLineOf(params IEnumerable<string> program) => CanPin ? ["taskset", "--cpu-list", ToString(), .. program] : program;

    /// <summary>Pins a running server, with its threads and future children.</summary>
    public async Task PinAsync(LocalServer server, CancellationToken ct)
    {
        if (CanPin)
        {
            var pid = server.ProcessId.ToString(CultureInfo.InvariantCulture);
            using var move = Process.Start(new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", ToString(), pid]) { RedirectStandardOutput = true })!;
            await move.WaitForExitAsync(ct);
        }
    }

    public override string ToString() => Count == 1 ? $"{First}" : $"{First}-{First + Count - 1}";
}
