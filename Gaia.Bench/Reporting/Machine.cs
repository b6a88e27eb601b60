using System.Globalization;

namespace Gaia.Bench.Reporting;

/// <summary>What a reader must know of the machine to believe a table.</summary>
internal sealed record Machine(int Cores, double Load)
{
    /// <summary>Other work takes so much of the machine that nothing measured by a clock decides about a goal.</summary>
    public bool IsBusy => Load > Cores / 2.0;

    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} cores, .NET {Environment.Version}, load average before the run {Load:0.0}{(IsBusy ? ": busy, times are not to be quoted" : "")}");

    public static Machine Now() => new(Environment.ProcessorCount, LoadAverage());

    /// <summary>Processes that wanted a core in the last minute, on average; 0 where the system does not tell.</summary>
    private static double LoadAverage() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;
}
