using System.Globalization;

namespace Gaia.Bench.Reporting;

/// <summary>What a reader must know of the machine to believe a table.</summary>
/// <param name="Load">Cores that other work kept busy when the run began.</param>
internal sealed record Machine(int Cores, double Load)
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    /// <summary>Other work takes so much of the machine that nothing measured by a clock decides about a goal.</summary>
    public bool IsBusy => Load > Cores / 4.0;

    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} cores, .NET {Environment.Version}, other work kept {Load:0.0} of them busy before the run{(IsBusy ? ": times are not to be quoted" : "")}");

    /// <summary>Looks for two seconds: the load average would still tell of what ended a minute ago.</summary>
    public static Machine Now()
    {
        var (busy, total) = Ticks();
        Thread.Sleep(Glance);
        var (busyAfter, totalAfter) = Ticks();
        return new(Environment.ProcessorCount, totalAfter == total ? 0 : Environment.ProcessorCount * (busyAfter - busy) / (totalAfter - total));
    }

    /// <summary>Time spent by all cores since the start: on work, and altogether. Nothing where the system does not tell (proc(5), "stat").</summary>
    private static (double Busy, double Total) Ticks()
    {
        if (!File.Exists("/proc/stat"))
        {
            return default;
        }

        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
