using System.Globalization;
using System.Net;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Regions;

/// <summary>A region that follows home, at several distances: how fast it reads, learns of changes and of revocations, and what it answers while it is cut off.</summary>
internal static class RegionsBench
{
    private const int Reads = 3_000;
    private const int Warmup = 1_000;
    private const int Changes = 60;
    private const int Revocations = 30;

    private static readonly int[] RoundTrips = [20, 80, 150, 250];

    /// <param name="cuts">How often the region is cut off.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<Table> RunAsync(int cuts, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia");
        await using var scenario = await RegionScenario.StartAsync(ct);
        await TimeReadsAsync(scenario.Home, scenario.Persona, ct);
        foreach (var milliseconds in RoundTrips)
        {
            var roundTrip = TimeSpan.FromMilliseconds(milliseconds);
            scenario.Slow(roundTrip);
            var at = string.Create(CultureInfo.InvariantCulture, $"at {milliseconds} ms: ");

            var ratio = await TimeReadsAsync(scenario.Away, scenario.Persona, ct) / await TimeReadsAsync(scenario.Home, scenario.Persona, ct);
            table.Add(new($"{at}warm read, p99 there / p99 at home", Goal.NoMoreThan("regions", 1.2).Timed(), new Cell(Cell.Number(ratio), ratio)));

            var (visible, bytes) = await TimeChangesAsync(scenario, ct);
            table.Add(new($"{at}from home's answer to a change until it is read there, p99 ms", Goal.NoMoreThan("regions", milliseconds + 50, "ms").Timed(), P99(visible)));
            table.Add(new($"{at}bytes between the regions for a change, its new value included", null, new Cell(Cell.Number(bytes))));

            var revoked = await TimeRevocationsAsync(scenario, ct);
            table.Add(new($"{at}from home's answer to a revocation until it is refused there, p99 ms", Goal.NoMoreThan("regions", milliseconds + 50, "ms").Timed(), P99(revoked)));

            table.Add(await new SharedLimit(scenario).RunAsync(at, roundTrip, ct));
        }

        scenario.Slow(TimeSpan.FromMilliseconds(RoundTrips[0]));
        foreach (var row in await new ReadsUnderCuts(scenario).RunAsync(cuts, TimeSpan.FromMilliseconds(RoundTrips[0]), ct))
        {
            table.Add(row);
        }

        return table;
    }

    public static Cell P99(IEnumerable<double> times)
    {
        var statistics = Statistics.Of(times);
        return new($"{Cell.Number(statistics.P99)} (median {Cell.Number(statistics.P50)})", statistics.P99);
    }

    /// <returns>The 99th percentile in milliseconds.</returns>
    private static async Task<double> TimeReadsAsync(HttpClient gateway, string persona, CancellationToken ct)
    {
        List<double> times = [];
        for (var i = 0; i < Warmup + Reads; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await gateway.GetByteArrayAsync($"{RegionScenario.Personas}/{persona}", ct);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        return Statistics.Of(times.Skip(Warmup)).P99;
    }

    private static async Task<(List<double> Times, double BytesPerChange)> TimeChangesAsync(RegionScenario scenario, CancellationToken ct)
    {
        var number = await scenario.ReadAwayAsync(ct) ?? 0;
        var (quiet, began) = (scenario.Bytes, TimeProvider.System.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        var idle = (scenario.Bytes - quiet) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        List<double> times = [];
        (quiet, began) = (scenario.Bytes, TimeProvider.System.GetTimestamp());
        for (var i = 1; i <= Changes; i++)
        {
            var answered = await scenario.ChangeAsync(number + i, ct);
            while (await scenario.ReadAwayAsync(ct) != number + i)
            {
                ct.ThrowIfCancellationRequested();
            }

            times.Add(TimeProvider.System.GetElapsedTime(answered).TotalMilliseconds);
        }

        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return (times, Math.Max(0, scenario.Bytes - quiet - (idle * elapsed)) / Changes);
    }

    private static async Task<List<double>> TimeRevocationsAsync(RegionScenario scenario, CancellationToken ct)
    {
        List<double> times = [];
        for (var i = 0; i < Revocations; i++)
        {
            var (id, key) = await scenario.Account.CreateKeyAsync(ct);
            while (await scenario.StatusAwayAsync(key, ct) != HttpStatusCode.OK)
            {
                ct.ThrowIfCancellationRequested();
            }

            await scenario.Account.RevokeKeyAsync(id, ct);
            var answered = TimeProvider.System.GetTimestamp();
            while (await scenario.StatusAwayAsync(key, ct) != HttpStatusCode.Unauthorized)
            {
                ct.ThrowIfCancellationRequested();
            }

            times.Add(TimeProvider.System.GetElapsedTime(answered).TotalMilliseconds);
        }

        return times;
    }
}
