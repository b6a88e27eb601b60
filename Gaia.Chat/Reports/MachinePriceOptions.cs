namespace Gaia.Chat.Reports;

/// <summary>What the machines cost that services run on.</summary>
internal sealed class MachinePriceOptions
{
    public const string Section = "MachinePrice";

    private const int MinutesOfMonth = 30 * 24 * 60;

    /// <summary><c>MACHINE_PRICES</c>: by service, US dollars of a process that runs for 30 days. Others cost nothing.</summary>
    public Dictionary<string, decimal> PerMonth { get; } = [];

    /// <summary>US dollars.</summary>
    public decimal Of(string service, TimeSpan running) => PerMonth.GetValueOrDefault(service) * (decimal)running.TotalMinutes / MinutesOfMonth;
}
