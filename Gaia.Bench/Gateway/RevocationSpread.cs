using System.Diagnostics;
using System.Net;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P17: from the moment that somebody asks for a key to be revoked until two gateways that have it cached both refuse it. Each is asked over and over, so that
/// the figure includes the revocation itself and the request that is refused.
/// </summary>
internal static class RevocationSpread
{
    private const int Healthy = 300;
    private const int Faulty = 50;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scene = await Scene.StartAsync(null, ct);
        Uri[] gateways =
        [
            (await scene.AddGatewayAsync(Cores.Measured, Scene.Unlimited, ct)).Address,
            (await scene.AddGatewayAsync(Cores.Measured, Scene.Unlimited, ct)).Address,
        ];
        using var account = await Account.OpenAsync(gateways[0], ct);

        // The first ones warm up.
        await MeasureAsync(Faulty);
        var healthy = await MeasureAsync(Healthy);
        await scene.Graph.Redis.KillAsync(ct);
        var withoutRedis = await MeasureAsync(Faulty);
        await scene.Graph.Redis.RestartAsync(ct);
        await scene.Graph.Nats.KillAsync(ct);
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
        new($"{what}: p50 and worst, ms", Goal.NoMoreThan("P17", 1_000, "ms").Timed(), new Cell($"{Cell.Number(waits.P50)} and {Cell.Number(waits.Most)}", waits.Most));

    /// <returns>Milliseconds.</returns>
    private static async Task<double> RevokeOneAsync(Account account, Uri[] gateways, CancellationToken ct)
    {
        var (id, text) = await account.MakeKeyAsync(ct);
        Asker[] askers = [.. gateways.Select(gateway => new Asker(gateway, text))];
        foreach (var asker in askers)
        {
            await asker.MustPassAsync(ct);
        }

        var asked = Stopwatch.GetTimestamp();
        var refused = askers.Select(asker => UntilRefusedAsync(asker, ct)).ToList();
        await account.RevokeKeyAsync(id, ct);
        await Task.WhenAll(refused);
        return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
    }

    private static async Task UntilRefusedAsync(Asker asker, CancellationToken ct)
    {
        while (await asker.AskAsync(ct) is not HttpStatusCode.Unauthorized and var status)
        {
            if (status != HttpStatusCode.OK)
            {
                throw new InvalidOperationException($"A key that is being revoked was answered with {status}.");
            }
        }
    }
}
