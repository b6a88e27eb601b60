using System.Diagnostics;
using System.Net;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P17: the time from sending the revocation of a key until two gateways that have it cached both reject it. Requests are sent in a loop, so the figure includes
/// the revocation itself and the request that is rejected.
/// </summary>
internal static class RevocationLatency
{
    private const int Healthy = 300;
    private const int Faulty = 50;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        Uri[] gateways =
        [
            (await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct)).Address,
            (await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct)).Address,
        ];
        using var account = await Account.RegisterAsync(gateways[0], ct);

        // The first ones warm up.
        await MeasureAsync(Faulty);
        var healthy = await MeasureAsync(Healthy);
        await scenario.Graph.Redis.KillAsync(ct);
        var withoutRedis = await MeasureAsync(Faulty);
        await scenario.Graph.Redis.RestartAsync(ct);
        await scenario.Graph.Nats.KillAsync(ct);
        var withoutNats = await MeasureAsync(Faulty);
        return
        [
            new($"Revocation of a key until two gateways refuse it, {Healthy} times: p99, ms", Goal.NoMoreThan("P17", 50, "ms").Timed(), new Cell(Cell.Number(healthy.P99), healthy.P99)),
            Worst("the same", healthy),
            Worst($"the same with Redis killed, {Faulty} times", withoutRedis),
            Worst($"the same with NATS killed, {Faulty} times", withoutNats),
        ];

        async Task<Statistics> MeasureAsync(int times)
        {
            List<double> waits = [];
            for (var i = 0; i < times; i++)
            {
                waits.Add(await RevokeOneAsync(account, gateways, ct));
            }

            return Statistics.Of(waits);
        }
    }

    private static Row Worst(string what, Statistics waits) =>
        new($"{what}: p50 and worst, ms", Goal.NoMoreThan("P17", 1_000, "ms").Timed(), new Cell($"{Cell.Number(waits.P50)} and {Cell.Number(waits.Maximum)}", waits.Maximum));

    /// <returns>Milliseconds.</returns>
    private static async Task<double> RevokeOneAsync(Account account, Uri[] gateways, CancellationToken ct)
    {
        var (id, text) = await account.CreateKeyAsync(ct);
        ApiKeyClient[] clients = [.. gateways.Select(gateway => new ApiKeyClient(gateway, text))];
        foreach (var client in clients)
        {
            await client.EnsureSuccessAsync(ct);
        }

        var sentAt = Stopwatch.GetTimestamp();
        var rejected = clients.Select(client => WaitUntilRejectedAsync(client, ct)).ToList();
        await account.RevokeKeyAsync(id, ct);
        await Task.WhenAll(rejected);
        return Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds;
    }

    private static async Task WaitUntilRejectedAsync(ApiKeyClient client, CancellationToken ct)
    {
        while (await client.GetStatusAsync(ct) is not HttpStatusCode.Unauthorized and var status)
        {
            if (status != HttpStatusCode.OK)
            {
                throw new InvalidOperationException($"A key that is being revoked was answered with {status}.");
            }
        }
    }
}
