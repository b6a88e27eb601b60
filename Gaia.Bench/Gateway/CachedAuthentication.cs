using System.Diagnostics;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>P27, authentication: a GET with an API key while each round trip to the database takes 50 ms longer; the first with that key, and the later ones.</summary>
internal static class CachedAuthentication
{
    private const int Keys = 20;
    private const int WarmRequests = 100;

    private static readonly TimeSpan AddedEachWay = TimeSpan.FromMilliseconds(25);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        FaultProxy? link = null;
        await using var scenario = await GatewayScenario.StartAsync(graph => (link = FaultProxy.Start(graph.Postgres.Port)).Port, ct);
        await using var database = link!;
        var gateway = (await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct)).Address;
        using var account = await Account.RegisterAsync(gateway, ct);
        List<double> ratios = [];
        List<double> cold = [];
        List<double> warm = [];
        for (var repetition = 0; repetition <= GatewayBench.Repetitions; repetition++)
        {
            var (first, later) = await MeasureAsync(account, gateway, database, ct);
            if (repetition > 0)
            {
                ratios.Add(first / later);
                cold.Add(first);
                warm.Add(later);
            }
        }

        return
        [
            new("GET with a key, 50 ms added to each database round trip: uncached / cached, p50", Goal.NoLessThan("P27", 100).Timed(), Cell.Median(Statistics.Of(ratios))),
            new("the same: cached, p50, ms", Goal.NoMoreThan("P27", 1, "ms").Timed(), Cell.Median(Statistics.Of(warm))),
            new("the same: uncached, p50, ms", null, Cell.Median(Statistics.Of(cold))),
        ];
    }

    /// <returns>The medians of first and later requests, in milliseconds.</returns>
    private static async Task<(double First, double Later)> MeasureAsync(Account account, Uri gateway, FaultProxy database, CancellationToken ct)
    {
        database.Heal();
        List<(string Id, string Text)> keys = [];
        for (var i = 0; i < Keys; i++)
        {
            keys.Add(await account.CreateKeyAsync(ct));
        }

        database.Delay(AddedEachWay);
        List<double> first = [];
        List<double> later = [];
        foreach (var (_, text) in keys)
        {
            var client = new ApiKeyClient(gateway, text);
            first.Add(await TimeAsync(client, ct));
            for (var i = 0; i < WarmRequests; i++)
            {
                later.Add(await TimeAsync(client, ct));
            }
        }

        database.Heal();
        foreach (var (id, _) in keys)
        {
            await account.RevokeKeyAsync(id, ct);
        }

        return (Statistics.Of(first).Median, Statistics.Of(later).Median);
    }

    private static async Task<double> TimeAsync(ApiKeyClient client, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await client.EnsureSuccessAsync(ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
