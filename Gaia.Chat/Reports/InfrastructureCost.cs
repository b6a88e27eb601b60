using Gaia.Caching.Administration;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Reports;

/// <summary>What Redis commands and machines cost this month, as all services have recorded it.</summary>
internal sealed class InfrastructureCost(LedgerHistory history, IOptions<RedisPriceOptions> redis, IOptions<MachinePriceOptions> machines)
{
    public const string Region = "region";
    public const string Machine = "machine";

    private const int Decimals = 6;

    /// <exception cref="UnavailableException">NATS, which has the records, is unavailable.</exception>
    public async Task<InfrastructureReport> SumAsync(string by, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
            var ledger = await history.ReadAsync(month, ct);
            var groups = by is Machine ? ledger.Machines.Select(OfMachine) : OfRegions(ledger);
            return new(by, ledger.Since is { } since && since > month ? since : month, redis.Value.Per100K, [.. groups.OrderByDescending(group => group.Cost).ThenByDescending(group => group.RedisCommands)]);
        }
        catch (IOException error)
        {
            throw new UnavailableException("The history of Redis commands", error);
        }
    }

    private IEnumerable<InfrastructureGroup> OfRegions(LedgerReport ledger) =>
        from machine in ledger.Machines
        from sender in machine.Commands
        group sender.Value by sender.Key into counts
        select Group(counts.Key, counts.Sum(), running: null, machineCost: 0);

    private InfrastructureGroup OfMachine(LedgerOfMachine machine) => Group(
        $"{machine.Service}@{machine.Machine}",
        machine.Commands.Values.Sum(),
        Math.Round(machine.Running.TotalHours, Decimals),
        Math.Round(machines.Value.Of(machine.Service, machine.Running), Decimals));

    private InfrastructureGroup Group(string key, long commands, double? running, decimal machineCost)
    {
        var cost = redis.Value.Of(commands);
        return new(key, commands, cost, running, machineCost, cost + machineCost);
    }
}

/// <param name="By"><c>region</c> or <c>machine</c>.</param>
/// <param name="Since">From when on it is known: the beginning of the month, or of the history.</param>
/// <param name="RedisPrice">US dollars of 100,000 commands.</param>
/// <param name="Groups">The dearest first.</param>
internal sealed record InfrastructureReport(string By, DateTimeOffset Since, decimal RedisPrice, IReadOnlyList<InfrastructureGroup> Groups);

/// <param name="Key">The region, or what else uses Redis; or the service and the machine that it runs on.</param>
/// <param name="RedisCommands">Those included that scripts run.</param>
/// <param name="RedisCost">US dollars.</param>
/// <param name="RunningHours">For how long the processes of a machine ran, together; null of regions.</param>
/// <param name="MachineCost">US dollars of that time; zero of regions.</param>
/// <param name="Cost">US dollars, of both.</param>
internal sealed record InfrastructureGroup(string Key, long RedisCommands, decimal RedisCost, double? RunningHours, decimal MachineCost, decimal Cost);
