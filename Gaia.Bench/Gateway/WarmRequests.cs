using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P1 and P2: what a warm GET with a key and a rate limit costs in Redis commands, as Redis counts them: those inside Lua, of leases that end and of
/// everything that gateways do beside requests included. Limits are the usual ones; every caller keeps to them.
/// </summary>
internal static class WarmRequests
{
    private const int Callers = 20;
    private const int RatePerCaller = 50;
    private const double DollarsPerCommand = 0.20 / 100_000;

    /// <summary>As long as a lease lasts, so that each is counted with its end.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);

    // Gateways are sure only after a while of how many they are.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scene = await Scene.StartAsync(null, ct);
        List<Uri> gateways = [(await scene.AddGatewayAsync(Cores.Measured, null, ct)).Address];
        var alone = await MeasureAsync(scene, gateways, ct);
        gateways.Add((await scene.AddGatewayAsync(Cores.Measured, null, ct)).Address);
        var two = await MeasureAsync(scene, gateways, ct);
        return
        [
            .. Rows("one gateway", alone),
            .. Rows("two gateways", two),
        ];
    }

    private static IEnumerable<Row> Rows(string where, Statistics commands) =>
    [
        new($"Warm GETs of {Callers} callers, {RatePerCaller} a second each, {where}: Redis commands per request", Goal.NoMoreThan("P1", 0.02), Cell.Median(commands)),
        new("the same: $ per 1,000,000 requests", Goal.NoMoreThan("P2", 0.04), Cell.Median(commands.Times(1_000_000 * DollarsPerCommand))),
    ];

    private static async Task<Statistics> MeasureAsync(Scene scene, List<Uri> gateways, CancellationToken ct)
    {
        using var account = await Account.OpenAsync(gateways[0], ct);
        List<Asker[]> callers = [];
        for (var i = 0; i < Callers; i++)
        {
            var key = (await account.MakeKeyAsync(ct)).Text;
            callers.Add([.. gateways.Select(gateway => new Asker(gateway, key))]);
        }

        await AskAllAsync(callers, Settled, ct);
        List<double> costs = [];
        for (var repetition = 0; repetition < GatewayBench.Repetitions; repetition++)
        {
            var before = await scene.Graph.Redis.CountAsync(ct);
            var requests = await AskAllAsync(callers, Round, ct);
            costs.Add((await scene.Graph.Redis.CountAsync(ct) - before) / requests);
        }

        return Statistics.Of(costs);
    }

    /// <summary>Every caller asks all gateways in turn.</summary>
    /// <returns>How many requests were answered well; none was not.</returns>
    private static async Task<int> AskAllAsync(List<Asker[]> callers, TimeSpan duration, CancellationToken ct)
    {
        var counts = await Task.WhenAll(callers.Select(async askers =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RatePerCaller));
            var until = TimeProvider.System.GetTimestamp() + (long)(duration.TotalSeconds * TimeProvider.System.TimestampFrequency);
            var count = 0;
            while (TimeProvider.System.GetTimestamp() < until && await pace.WaitForNextTickAsync(ct))
            {
                await askers[count++ % askers.Length].MustPassAsync(ct);
            }

            return count;
        }));
        return counts.Sum();
    }
}
