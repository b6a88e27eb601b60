using System.Security.Cryptography;
using Gaia.Bench.Load;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;

namespace Gaia.Bench.Assets;

/// <summary>P23: a range of a large file from Gaia.Asset, which looks up the asset, checks its owner and reads the file; and from nginx, which reads the file.</summary>
internal static class RangeRequests
{
    private const string Path = "/file.bin";
    private const int FileSize = 64 << 20;
    private const int RangeSize = 4 << 20;
    private const int SmallSize = 64 << 10;
    private const int Connections = 16;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(4);

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var graph = await GaiaGraph.StartAsync(ct);
        var service = await graph.StartAsync(Resources.Asset, Cores.Measured, new Dictionary<string, string> { ["Identity:Lifetime"] = $"{AssetClient.IdentityLifetime:c}" }, ct);
        var content = RandomNumberGenerator.GetBytes(FileSize);
        using var client = new AssetClient(service.Address);
        var url = await client.UploadAsync(content, "application/octet-stream", ct);
        await using var nginx = await Nginx.StartAsync(Cores.Measured, new Dictionary<string, byte[]> { [Path] = content }, ct);

        var (large, largeOfNginx) = await CompareAsync(RangeSize);
        var (small, smallOfNginx) = await CompareAsync(SmallSize);
        return
        [
            new("Ranges of 4 MiB: throughput / nginx", Goal.NoLessThan("P23", 0.8).Timed(), Cell.Median(Statistics.Of(large.Zip(largeOfNginx, (a, b) => a / b)))),
            new("the same: MiB per second", null, Cell.Median(MiB(large, RangeSize)), Cell.Median(MiB(largeOfNginx, RangeSize))),
            new("Ranges of 64 KiB: requests per second", null, Cell.Median(Statistics.Of(small)), Cell.Median(Statistics.Of(smallOfNginx))),
        ];

        async Task<(List<double> Ours, List<double> Nginx)> CompareAsync(int size)
        {
            var range = ("Range", $"bytes={FileSize / 2}-{FileSize / 2 + size - 1}");
            List<double> ours = [];
            List<double> theirs = [];
            for (var repetition = 0; repetition <= AssetBench.Repetitions; repetition++)
            {
                var a = await Wrk.MeasureAsync(client.Target(url, range), Connections, Phase, ct);
                var b = await Wrk.MeasureAsync(new(new Uri(nginx.Address, Path), range), Connections, Phase, ct);

                // The first repetition warms up.
                if (repetition > 0)
                {
                    ours.Add(a);
                    theirs.Add(b);
                }
            }

            return (ours, theirs);
        }
    }

    private static Statistics MiB(IEnumerable<double> perSecond, int size) => Statistics.Of(perSecond.Select(rate => rate * size / (1 << 20)));
}
