using System.Globalization;
using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P4 and P5: a GET through the gateway with authentication, rate limit and headers, and through a bare YARP without any of it. Both run on the same core,
/// one after the other, in front of the same backend: an nginx that serves a small JSON file.
/// </summary>
internal static class ProxyOverhead
{
    private const int Connections = 64;
    private const double Share = 0.7;
    private const int AgreeingRounds = 3;
    private const int MostWarmups = 12;
    private const double Tolerance = 0.03;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        var gateway = await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct);
        await using var bare = await BareYarp.StartAsync(Cores.Measured, scenario.Backend.Address, ct);
        var (gaia, yarp, nginx) = (scenario.Through(gateway.Address), scenario.Through(bare.Address), scenario.Through(scenario.Backend.Address));
        List<Rates> warming = [], rates = [];
        while (warming.Count < MostWarmups && !IsSteady(warming))
        {
            warming.Add(await RoundAsync());
        }

        while (rates.Count < GatewayBench.Repetitions)
        {
            rates.Add(await RoundAsync());
        }

        List<(Statistics Ours, Statistics Bare)> latencies = [];
        var rate = Share * Statistics.Of(rates.Select(round => round.Gaia)).Median;
        for (var repetition = 0; repetition < GatewayBench.Repetitions; repetition++)
        {
            var of = await OpenLoop.MeasureAsync(yarp, rate, Connections, Phase, ct);
            latencies.Add((await OpenLoop.MeasureAsync(gaia, rate, Connections, Phase, ct), of));
        }

        return
        [
            new("Proxied GET with key, limit and headers: throughput / bare YARP", Goal.NoLessThan("P4", 0.9).Timed(), Median(round => round.Gaia / round.Yarp)),
            new("the same: requests per second", null, Median(round => round.Gaia), Median(round => round.Yarp), Median(round => round.Nginx)),
            new($"the same at {Cell.Number(rate)} a second, 70 % of that: p99 / p99 of bare YARP", Goal.NoMoreThan("P5", 1.15).Timed(), Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99 / l.Bare.P99)))),
            new("the same: p99, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P99)))),
            new("the same: p50, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P50))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P50)))),
        ];

        // One after another in each round, so that what else the machine does concerns all of them.
        async Task<Rates> RoundAsync()
        {
            var round = new Rates(await RateAsync(yarp), await RateAsync(gaia), await RateAsync(nginx));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"requests per second: YARP {round.Yarp:0}, Gaia {round.Gaia:0}, nginx {round.Nginx:0}"));
            return round;
        }

        Task<double> RateAsync(Target target) => Wrk.MeasureAsync(target, Connections, Phase, ct);

        Cell Median(Func<Rates, double> figure) => Cell.Median(Statistics.Of(rates.Select(figure)));
    }

    /// <summary>Code that is called often is compiled again for tens of seconds: nothing is measured before three rounds agree.</summary>
    private static bool IsSteady(List<Rates> rounds)
    {
        var last = rounds.TakeLast(AgreeingRounds).ToList();
        return last.Count == AgreeingRounds && Agree(round => round.Yarp) && Agree(round => round.Gaia);

        bool Agree(Func<Rates, double> rate) => last.Max(rate) <= (1 + Tolerance) * last.Min(rate);
    }

    private sealed record Rates(double Yarp, double Gaia, double Nginx);
}
