using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P1 and P2: Redis commands per warm, authenticated, rate-limited GET, as Redis counts them: including those inside scripts, of leases that end, and of the
/// gateways' background work. Limits are the defaults, and no caller exceeds them.
/// </summary>
internal static class WarmRequests
{
    private const int Callers = 20;
    private const int RatePerCaller = 50;
    private const double DollarsPerCommand = 0.20 / 100_000;

    /// <summary>As long as a lease lasts, so that each is counted with its end.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(15);

    // Gateways need a while to learn how many they are.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        List<Uri> gateways = [(await scenario.AddGatewayAsync(Cores.Measured, null, ct)).Address];
        var alone = await MeasureAsync(scenario, gateways, ct);
        gateways.Add((await scenario.AddGatewayAsync(Cores.Measured, null, ct)).Address);
        var two = await MeasureAsync(scenario, gateways, ct);
        return
        [
            .. Rows("one gateway", alone),
            .. Rows("two gateways", two),
        ];
    }

    private static IEnumerable<Row> Rows(string where, Statistics commands) =>
    [
        new($"Warm GETs of {Callers} callers, {RatePerCaller} a second each, {where}: Redis commands per request", Goal.NoMoreThan("P1", 0.02), Cell.Median(commands)),
        new("the same: $ per 1,000,000 requests", Goal.NoMoreThan("P2", 0.04), Cell.Median(commands.Scale(1_000_000 * DollarsPerCommand))),
    ];

    private static async Task<Statistics> MeasureAsync(GatewayScenario scenario, List<Uri> gateways, CancellationToken ct)
    {
        using var account = await Account.RegisterAsync(gateways[0], ct);
        List<ApiKeyClient[]> callers = [];
        for (var i = 0; i < Callers; i++)
        {
            var key = (await account.CreateKeyAsync(ct)).Text;
            callers.Add([.. gateways.Select(gateway => new ApiKeyClient(gateway, key))]);
        }

        await SendAllAsync(callers, SettleTime, ct);
        List<double> costs = [];
        for (var repetition = 0; repetition < GatewayBench.Repetitions; repetition++)
        {
            var before = await scenario.Graph.Redis.CountAsync(ct);
            var requests = await SendAllAsync(callers, Round, ct);
            costs.Add((await scenario.Graph.Redis.CountAsync(ct) - before) / requests);
        }

        return Statistics.Of(costs);
    }

    /// <summary>Sends requests of every caller to the gateways in turn.</summary>
    /// <returns>The number of requests, all of which succeeded.</returns>
    private static async Task<int> SendAllAsync(List<ApiKeyClient[]> callers, TimeSpan duration, CancellationToken ct)
    {
        var counts = await Task.WhenAll(callers.Select(async clients =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RatePerCaller));
            var until = TimeProvider.System.GetTimestamp() + (long)(duration.TotalSeconds * TimeProvider.System.TimestampFrequency);
            var count = 0;
            while (TimeProvider.System.GetTimestamp() < until && await pace.WaitForNextTickAsync(ct))
            {
                await clients[count++ % clients.Length].EnsureSuccessAsync(ct);
            }

            return count;
        }));
        return counts.Sum();
    }
}
