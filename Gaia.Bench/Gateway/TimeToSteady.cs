using System.Diagnostics;
using System.Globalization;
using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// How long a gateway, and a bare YARP, that has just become ready takes under full load until it answers at 90 % of its steady rate: the median of the last
/// seconds of a minute. It is what users feel after each deploy.
/// </summary>
internal static class TimeToSteady
{
    private const int Connections = 64;
    private const int Repetitions = 3;
    private const int SteadyPhases = 15;
    private const double Share = 0.9;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(60);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        List<(double Seconds, double First)> ours = [], theirs = [];
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            await using (var bare = await BareYarp.StartAsync(Cores.Measured, scenario.Backend.Address, ct))
            {
                theirs.Add(await MeasureAsync("yarp", scenario.Through(bare.Address), ct));
            }

            await using var gateway = await GaiaService.StartAsync(Resources.Gateway, scenario.SettingsOf(GatewayScenario.Unlimited), Cores.Measured.CommandLineOf(), ct);
            ours.Add(await MeasureAsync("gaia", scenario.Through(gateway.Address), ct));
        }

        return
        [
            new("From ready to 90 % of the steady rate under full load, s", Goal.NoMoreThan("start", 5, "s").Timed(), Median(ours, one => one.Seconds), Median(theirs, one => one.Seconds)),
            new("the same: rate of the first second / steady rate", null, Median(ours, one => one.First), Median(theirs, one => one.First)),
        ];

        static Cell Median(List<(double Seconds, double First)> times, Func<(double Seconds, double First), double> figure) => Cell.Median(Statistics.Of(times.Select(figure)));
    }

    /// <returns>Seconds until a phase began that reached the share of the steady rate, and what share the first phase reached.</returns>
    private static async Task<(double Seconds, double First)> MeasureAsync(string name, Target target, CancellationToken ct)
    {
        List<(double At, double Rate)> phases = [];
        for (var ready = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(ready) < Whole;)
        {
            var at = Stopwatch.GetElapsedTime(ready).TotalSeconds;
            phases.Add((at, await Wrk.MeasureAsync(target, Connections, Phase, ct)));
        }

        await Console.Error.WriteLineAsync($"{name}: {string.Join(' ', phases.Select(phase => phase.Rate.ToString("0", CultureInfo.InvariantCulture)))}");
        var steady = Statistics.Of(phases.TakeLast(SteadyPhases).Select(phase => phase.Rate)).Median;
        return (phases.First(phase => phase.Rate >= Share * steady).At, phases[0].Rate / steady);
    }
}
