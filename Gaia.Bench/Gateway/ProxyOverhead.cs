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

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        var gateway = await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct);
        await using var bare = await BareYarp.StartAsync(Cores.Measured, scenario.Backend.Address, ct);
        var (gaia, yarp, nginx) = (scenario.Through(gateway.Address), scenario.Through(bare.Address), scenario.Through(scenario.Backend.Address));
        List<double> ours = [];
        List<double> theirs = [];
        List<double> direct = [];
        List<(Statistics Ours, Statistics Bare)> latencies = [];
        for (var repetition = 0; repetition <= GatewayBench.Repetitions; repetition++)
        {
            // The first repetition warms up.
            var (a, b, c) = (await RateAsync(yarp), await RateAsync(gaia), await RateAsync(nginx));
            if (repetition > 0)
            {
                theirs.Add(a);
                ours.Add(b);
                direct.Add(c);
            }
        }

        var rate = Share * Statistics.Of(ours).Median;
        for (var repetition = 0; repetition < GatewayBench.Repetitions; repetition++)
        {
            var of = await OpenLoop.MeasureAsync(yarp, rate, Connections, Phase, ct);
            latencies.Add((await OpenLoop.MeasureAsync(gaia, rate, Connections, Phase, ct), of));
        }

        return
        [
            new("Proxied GET with key, limit and headers: throughput / bare YARP", Goal.NoLessThan("P4", 0.9).Timed(), Cell.Median(Statistics.Of(ours.Zip(theirs, (x, y) => x / y)))),
            new("the same: requests per second", null, Cell.Median(Statistics.Of(ours)), Cell.Median(Statistics.Of(theirs)), Cell.Median(Statistics.Of(direct))),
            new($"the same at {Cell.Number(rate)} a second, 70 % of that: p99 / p99 of bare YARP", Goal.NoMoreThan("P5", 1.15).Timed(), Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99 / l.Bare.P99)))),
            new("the same: p99, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P99)))),
            new("the same: p50, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P50))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P50)))),
        ];

        Task<double> RateAsync(Target target) => Wrk.MeasureAsync(target, Connections, Phase, ct);
    }
}
