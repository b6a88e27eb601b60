using System.Text;
using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Gateway;

/// <summary>
/// P4 and P5: a GET through the gateway with authentication, rate limit and headers, and through a bare YARP without any of it. Both run on the same core,
/// one after the other, before the same backend: an nginx that serves a small JSON file.
/// </summary>
internal static class Forwarding
{
    private const string Path = "/api/v1/usage";
    private const int Connections = 64;
    private const double Share = 0.7;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(5);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scene = await Scene.StartAsync(ct);
        var (gaia, yarp, nginx) = (Scene.Through(scene.Gateway), Scene.Through(scene.Yarp), Scene.Through(scene.Backend));
        List<double> ours = [];
        List<double> bare = [];
        List<double> direct = [];
        List<(Statistics Ours, Statistics Bare)> latencies = [];
        for (var repetition = 0; repetition <= GatewayBench.Repetitions; repetition++)
        {
            // The first repetition warms up.
            var (a, b, c) = (await Rate(yarp), await Rate(gaia), await Rate(nginx));
            if (repetition > 0)
            {
                bare.Add(a);
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
            new("Proxied GET with key, limit and headers: throughput / bare YARP", Goal.NoLessThan("P4", 0.9).Timed(), Cell.Median(Statistics.Of(ours.Zip(bare, (x, y) => x / y)))),
            new("the same: requests per second", null, Cell.Median(Statistics.Of(ours)), Cell.Median(Statistics.Of(bare)), Cell.Median(Statistics.Of(direct))),
            new($"the same at {Cell.Number(rate)} a second, 70 % of that: p99 / p99 of bare YARP", Goal.NoMoreThan("P5", 1.15).Timed(), Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99 / l.Bare.P99)))),
            new("the same: p99, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P99))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P99)))),
            new("the same: p50, ms", null, Cell.Median(Statistics.Of(latencies.Select(l => l.Ours.P50))), Cell.Median(Statistics.Of(latencies.Select(l => l.Bare.P50)))),
        ];

        Task<double> Rate(Target target) => Wrk.MeasureAsync(target, Connections, Phase, ct);
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly GaiaGraph graph;
        private readonly Nginx backend;
        private readonly BareYarp yarp;
        private readonly GaiaService gateway;

        private Scene(GaiaGraph graph, Nginx backend, BareYarp yarp, GaiaService gateway) => (this.graph, this.backend, this.yarp, this.gateway) = (graph, backend, yarp, gateway);

        public Uri Gateway => gateway.Address;

        public Uri Yarp => yarp.Address;

        public Uri Backend => backend.Address;

        private static readonly string Key = ApiKeyText.Create("bench");

        public static async Task<Scene> StartAsync(CancellationToken ct)
        {
            var graph = await GaiaGraph.StartAsync(ct);
            var backend = await Nginx.StartAsync(Cores.Load, new Dictionary<string, byte[]> { [Path] = Encoding.UTF8.GetBytes($$"""{"days":[],"filler":"{{new string('x', 960)}}"}""") }, ct);
            graph.Place(Resources.Chat, backend.Address);
            graph.Place(Resources.Asset, backend.Address);
            var settings = new Dictionary<string, string> { ["GAIA_DEV_API_KEY"] = Key, ["RATE_LIMIT_AUTHENTICATED"] = "10000000" };
            await graph.StartAsync(Resources.Auth, null, settings, ct);
            var gateway = await graph.StartAsync(Resources.Gateway, Cores.Measured, settings, ct);
            return new(graph, backend, await BareYarp.StartAsync(Cores.Measured, backend.Address, ct), gateway);
        }

        public static Target Through(Uri address) => new(new Uri(address, Path), ("X-API-Key", Key));

        public async ValueTask DisposeAsync()
        {
            await graph.DisposeAsync();
            await yarp.DisposeAsync();
            await backend.DisposeAsync();
        }
    }
}
