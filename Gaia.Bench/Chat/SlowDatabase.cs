using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using Npgsql;

namespace Gaia.Bench.Chat;

/// <summary>
/// P27, for the list of personas: read out of the gateway's cache, and out of the database by a parameter that the cache does not serve, while every round
/// trip to the database takes 50 ms longer.
/// </summary>
internal static class SlowDatabase
{
    private const string Cached = "/api/v1/chat/personas";
    private const string Uncached = "/api/v1/chat/personas?limit=100";
    private const int Personas = 20;
    private const double CachedRate = 200;
    private const double UncachedRate = 10;
    private const int Connections = 16;

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(3);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        var graph = await GaiaGraph.StartAsync(ct);
        await using var link = FaultProxy.Start(graph.Postgres.Port);
        var through = new NpgsqlConnectionStringBuilder(graph.Postgres.ConnectionStringTo(Resources.ChatDb)) { Port = link.Port };
        await using var scene = await ChatScenario.StartAsync(graph, new Dictionary<string, string> { [$"ConnectionStrings:{Resources.ChatDb}"] = through.ConnectionString }, ct);
        for (var persona = 0; persona < Personas; persona++)
        {
            await scene.CreatePersonaAsync(ct);
        }

        link.Delay(RoundTrip / 2);
        List<(Statistics Cached, Statistics Uncached)> figures = [];
        for (var repetition = 0; repetition <= ChatBench.Repetitions; repetition++)
        {
            var of = await OpenLoop.MeasureAsync(scene.Target(Uncached), UncachedRate, Connections, Phase, ct);
            var cached = await OpenLoop.MeasureAsync(scene.Target(Cached), CachedRate, Connections, Phase, ct);

            // The first repetition warms up.
            if (repetition > 0)
            {
                figures.Add((cached, of));
            }
        }

        return
        [
            new($"List of {Personas} personas, 50 ms more per database round trip: uncached / cached, p50", Goal.NoLessThan("P27", 100).Timed(), Median(f => f.Uncached.P50 / f.Cached.P50)),
            new("the same, cached: p50", Goal.NoMoreThan("P27", 1, "ms").Timed(), Median(f => f.Cached.P50, "ms")),
            new("the same, uncached: p50", null, Median(f => f.Uncached.P50, "ms")),
        ];

        Cell Median(Func<(Statistics Cached, Statistics Uncached), double> figure, string unit = "") => Cell.Median(Statistics.Of(figures.Select(figure)), unit);
    }
}
