using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Chat;

/// <summary>
/// P6: a persona that the gateway has in its cache, with key, limit and headers as always; beside it an nginx that serves a file of the same bytes, and a
/// bare YARP before another such nginx.
/// </summary>
internal static class CachedPersonas
{
    private const int Connections = 64;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(3);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scene = await ChatScenario.StartAsync(new Dictionary<string, string>(), ct);
        var path = await scene.CreatePersonaAsync(ct);
        var files = new Dictionary<string, byte[]> { [path] = await scene.GetAsync(path, ct) };
        await using var nginx = await Nginx.StartAsync(Cores.Measured, files, ct);
        await using var backend = await Nginx.StartAsync(Cores.Load, files, ct);
        await using var yarp = await BareYarp.StartAsync(Cores.Measured, backend.Address, ct);

        var whole = scene.Target(path);
        var known = whole with { Headers = [.. whole.Headers, ("If-None-Match", await scene.TagOfAsync(path, ct))] };
        List<(double Gaia, double Known, double Nginx, double Yarp)> rates = [];
        for (var repetition = 0; repetition <= ChatBench.Repetitions; repetition++)
        {
            var rate = (await Rate(whole), await Rate(known), await Rate(new(new Uri(nginx.Address, path))), await Rate(new(new Uri(yarp.Address, path))));

            // The first repetition warms up.
            if (repetition > 0)
            {
                rates.Add(rate);
            }
        }

        return
        [
            new("Cached persona at the gateway: throughput / nginx with a file", Goal.NoLessThan("P6", 0.5).Timed(), Median(r => r.Gaia / r.Nginx)),
            new("the same / bare YARP before nginx", Goal.NoLessThan("P6", 1.5).Timed(), Median(r => r.Gaia / r.Yarp)),
            new("the same: requests per second", null, Median(r => r.Gaia), Cell.None, Median(r => r.Yarp), Median(r => r.Nginx)),
            new("the same, 304: requests per second", null, Median(r => r.Known)),
        ];

        Task<double> Rate(Target target) => Wrk.MeasureAsync(target, Connections, Phase, ct);

        Cell Median(Func<(double Gaia, double Known, double Nginx, double Yarp), double> figure) => Cell.Median(Statistics.Of(rates.Select(figure)));
    }
}
