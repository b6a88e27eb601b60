using System.Globalization;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Faults;

/// <summary>
/// Kills and freezes Postgres, Redis, NATS and each pair of them at a random moment of writes through one of two gateways. What was acknowledged is then read
/// through both, while the servers are away and when they are back: through the same gateway nothing older may come, through the other nothing older beyond
/// the staleness bound.
/// </summary>
internal static class FaultBench
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>Within which writes usually are under way; it grows while faults come too early for any to be acknowledged.</summary>
    private static readonly TimeSpan FirstWindow = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan RecoveryDeadline = TimeSpan.FromMinutes(2);
    private static readonly string[] Cases = ["postgres", "redis", "nats", "postgres+redis", "postgres+nats", "redis+nats"];

    /// <param name="faults">How many faults each case does.</param>
    /// <param name="progress">Told of each case when it is done.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(int faults, TextWriter progress, CancellationToken ct)
    {
        await using var scenario = await FaultScenario.StartAsync(ct);
        List<(string Name, FaultCount Count)> done = [];
        foreach (var (names, killed) in from names in Cases from killed in (bool[])[true, false] select (names, killed))
        {
            var count = await RunCaseAsync(scenario, scenario.Named(names), killed, faults, ct);
            done.Add(($"{names} {(killed ? "killed" : "frozen")}", count));
            await progress.WriteLineAsync($"{done[^1].Name}: {count}");
        }

        var table = new Table(Machine.Now(), "Older reads", "Same gateway", "Other gateway, beyond the bound", "Faults", "Acknowledged writes", "Reads");
        table.Note(string.Create(CultureInfo.InvariantCulture, $"two gateways, two replicas of Chat, {FaultScenario.Writers} writes under way at each fault"));
        foreach (var (name, count) in done)
        {
            long[] numbers = [count.OlderThroughSame + count.OlderThroughOther, count.OlderThroughSame, count.OlderThroughOther, count.Faults, count.Acknowledged, count.Reads];
            table.Add(new(name, Goal.NoMoreThan("own writes", 0), [.. numbers.Select(number => new Cell(Cell.Number(number), number))]));
        }

        return table;
    }

    private static async Task<FaultCount> RunCaseAsync(FaultScenario scenario, IReadOnlyList<LocalServer> broken, bool killed, int faults, CancellationToken ct)
    {
        var count = new FaultCount();
        var window = FirstWindow;
        while (count.Faults < faults)
        {
            // Both gateways hold the last values in memory.
            await Eventually.IsTrueAsync(scenario.IsSettledAsync, RecoveryDeadline, ct);
            var writes = scenario.Personas.Select(persona => persona.ChangeAsync(scenario.One, ct)).ToList();
            await Task.Delay(window * Random.Shared.NextDouble(), ct);
            await Task.WhenAll(broken.Select(server => killed ? server.KillAsync(ct) : server.FreezeAsync(ct)));
            count.Faults++;
            Task? back = null;
            try
            {
                await Task.WhenAll(writes);
                List<WrittenPersona> acknowledged = [.. scenario.Personas.Where((_, i) => writes[i].Result)];
                count.Acknowledged += acknowledged.Count;
                window *= acknowledged.Count is 0 ? 1.25 : acknowledged.Count == scenario.Personas.Count ? 0.9 : 1;
                back = Task.Delay(Bound * Random.Shared.NextDouble(), ct).ContinueWith(_ => BringBackAsync(), TaskScheduler.Default).Unwrap();
                await (acknowledged is [] ? Task.CompletedTask : ReadAsync(scenario, acknowledged, count, ct));
            }
            finally
            {
                await (back ?? BringBackAsync());
            }

            Task BringBackAsync() => Task.WhenAll(broken.Select(server => killed ? server.RestartAsync(CancellationToken.None) : server.ThawAsync(CancellationToken.None)));
        }

        return count;
    }

    private static async Task ReadAsync(FaultScenario scenario, List<WrittenPersona> acknowledged, FaultCount count, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since) < Bound * 1.2)
        {
            var isBeyond = TimeProvider.System.GetElapsedTime(since) > Bound;
            var (one, two) = (scenario.ReadAsync(scenario.One, ct), scenario.ReadAsync(scenario.Two, ct));
            await Task.WhenAll(one, two);
            foreach (var persona in acknowledged)
            {
                var (same, other) = (one.Result[persona.Id].ToList(), two.Result[persona.Id].ToList());
                count.Reads += same.Count + other.Count;
                count.OlderThroughSame += same.Count(told => told < persona.Number);
                count.OlderThroughOther += isBeyond ? other.Count(told => told < persona.Number) : 0;
            }
        }
    }
}
