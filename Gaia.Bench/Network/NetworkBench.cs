using System.Diagnostics;
using System.Globalization;
using Gaia.Bench.Reporting;

namespace Gaia.Bench.Network;

/// <summary>
/// What the guide measured on Fly.io, at its distances: 2 ms to Redis and 5 ms to Postgres and back. The same requests with nothing cached, with Redis warm but
/// the memory of the gateway cold, as after a deploy, and with both warm.
/// </summary>
internal static class NetworkBench
{
    private const int Repetitions = 40;

    /// <summary>Those that compile what the requests run through.</summary>
    private const int Warmup = 10;

    /// <summary>Longer than an invalidation takes to reach the other gateway, and a loaded value to reach Redis.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(150);

    public static async Task<Table> RunAsync(CancellationToken ct)
    {
        var machine = Machine.Now();
        await using var scenario = await NetworkScenario.StartAsync(ct);
        List<Times> authentication = [], list = [], both = [];
        for (var i = 0; i < Warmup + Repetitions; i++)
        {
            var key = await scenario.CreateKeyAsync(ct);
            await scenario.ChangePersonaAsync(ct);
            await Task.Delay(Settling, ct);
            both.Add(await MeasureAsync(key));

            // The list is in memory now, on both gateways.
            authentication.Add(await MeasureAsync(await scenario.CreateKeyAsync(ct)));

            // And so is the key.
            await scenario.ChangePersonaAsync(ct);
            await Task.Delay(Settling, ct);
            list.Add(await MeasureAsync(key));
        }

        var table = new Table(machine, "nothing cached", "warm in Redis", "warm in memory", "the guide");
        var (redis, postgres) = (await MedianAsync(scenario.AskRedisAsync), await MedianAsync(scenario.AskPostgresAsync));
        table.Note(string.Create(CultureInfo.InvariantCulture, $"a round trip to Redis takes {redis:0.0} ms, to Postgres {postgres:0.0} ms; medians of {Repetitions}, in ms"));
        table.Add(RowOf("authentication with an API key", authentication, "50 → 23; locally 589 → 54"));
        table.Add(RowOf("list of personas", list, "locally 1,955 → 60"));
        table.Add(RowOf("both: the guide's `curl …/api/v1/chat/personas`", both));
        return table;

        async Task<Times> MeasureAsync(string key)
        {
            var nothing = await TimeAsync(() => NetworkScenario.ListAsync(scenario.One, key, ct));
            await Task.Delay(Settling, ct);
            var redis = await TimeAsync(() => NetworkScenario.ListAsync(scenario.Two, key, ct));
            return new(nothing, redis, await TimeAsync(() => NetworkScenario.ListAsync(scenario.Two, key, ct)));
        }
    }

    private static Row RowOf(string measure, List<Times> times, string? guide = null)
    {
        return new(measure, null, Median(time => time.Nothing), Median(time => time.Redis), Median(time => time.Memory), guide is null ? Cell.None : new(guide));

        Cell Median(Func<Times, double> which) => new(Cell.Number(Statistics.Of(times.Skip(Warmup).Select(which)).Median));
    }

    private static async Task<double> MedianAsync(Func<Task> ask)
    {
        List<double> times = [];
        for (var i = 0; i < Repetitions; i++)
        {
            times.Add(await TimeAsync(ask));
        }

        return Statistics.Of(times).Median;
    }

    /// <returns>Milliseconds.</returns>
    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private readonly record struct Times(double Nothing, double Redis, double Memory);
}
