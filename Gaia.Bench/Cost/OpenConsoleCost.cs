using Gaia.Bench.Chat;
using Gaia.Bench.Gateway;
using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Cost;

/// <summary>P4, P7 and P19 while a console is open, and while none is, by turns: how much of the speed is left.</summary>
internal static class OpenConsoleCost
{
    private const double Least = 0.98;
    private const int Warmups = 6;
    private const int ProxyConnections = 64;
    private const int ChatConnections = 32;
    private const double ChatRate = 200;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct) => [await ProxyAsync(ct), await AdmissionAsync(ct), await ChatAsync(ct)];

    private static async Task<Row> ProxyAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        var gateway = await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct);
        var ratio = await CompareAsync(gateway.Address, scenario.Key, () => Wrk.MeasureAsync(scenario.Through(gateway.Address), ProxyConnections, Phase, ct), ct);
        return Row("P4", "throughput of a proxied GET", ratio);
    }

    private static async Task<Row> AdmissionAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        await using var cost = await AdmissionCost.StartAsync(scenario, ct);
        return Row("P7", "admissions of a warm key in a second", await CompareAsync(cost.Address, scenario.Key, () => cost.RateAsync(Phase), ct));
    }

    private static async Task<Row> ChatAsync(CancellationToken ct)
    {
        await using var models = await ModelServer.StartAsync(TimeSpan.Zero, ct);
        await using var scenario = await ChatScenario.StartAsync(models, ct);
        var target = scenario.Target("/v1/chat/completions") with { Body = $$"""{"model":"{{ModelServer.Model}}","messages":[{"role":"user","content":"{{ModelServer.Question}}"}]}""" };
        await Warmup.RunAsync(target, ct);
        var ratio = await CompareAsync(scenario.Gateway, ChatScenario.Key, async () => 1 / (await OpenLoop.MeasureAsync(target, ChatRate, ChatConnections, Phase, ct)).P50, ct);
        return Row("P19", $"chat completions one after the other, by their p50 at {ChatRate} a second", ratio);
    }

    private static Row Row(string goal, string what, Statistics ratio) =>
        new($"{goal} with the console open / closed: {what}", Goal.NoLessThan("cost", Least).Timed(), Cell.Median(ratio));

    /// <param name="gateway">Which the console is opened at.</param>
    /// <param name="key">An administrator's.</param>
    /// <param name="measure">The more the better.</param>
    /// <param name="ct">Ends the run.</param>
    private static async Task<Statistics> CompareAsync(Uri gateway, string key, Func<Task<double>> measure, CancellationToken ct)
    {
        for (var warmup = 0; warmup < Warmups; warmup++)
        {
            await measure();
        }

        List<double> ratios = [];
        for (var repetition = 0; repetition < CostBench.Repetitions; repetition++)
        {
            // Which comes first changes, so that what grows or falls over time favours neither.
            var closedFirst = repetition % 2 is 0;
            var closed = closedFirst ? await measure() : 0;
            double open;
            await using (await OpenConsole.OpenAsync(gateway, key, ct))
            {
                open = await measure();
            }

            ratios.Add(open / (closedFirst ? closed : await measure()));
        }

        return Statistics.Of(ratios);
    }
}
