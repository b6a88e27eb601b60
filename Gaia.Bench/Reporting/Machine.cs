using System.Globalization;

namespace Gaia.Bench.Reporting;

/// <summary>The machine that a table was measured on.</summary>
/// <param name="Load">The number of cores that other processes kept busy before the run.</param>
internal sealed record Machine(int Cores, double Load)
{
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(2);

    /// <summary>Whether other processes use so much of the machine that times decide no goal.</summary>
    public bool IsBusy => Load > Cores / 4.0;

    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cores} cores, .NET {Environment.Version}, other work kept {Load:0.0} of them busy before the run{(IsBusy ? ": times are not to be quoted" : "")}");

    /// <summary>Samples for two seconds, as the load average would include what ended a minute ago.</summary>
    public static Machine Now()
    {
        var (busy, total) = Ticks();
        Thread.Sleep(SampleTime);
        var (busyAfter, totalAfter) = Ticks();
        return new(Environment.ProcessorCount, totalAfter == total ? 0 : Environment.ProcessorCount * (busyAfter - busy) / (totalAfter - total));
    }

    /// <summary>Ticks of all cores since boot: busy, and in total; zero where /proc/stat is missing (proc(5)).</summary>
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
