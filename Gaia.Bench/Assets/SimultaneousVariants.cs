using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using SkiaSharp;

namespace Gaia.Bench.Assets;

/// <summary>P24: a thousand requests of one variant that nobody has asked for before, all at once. Each answer says whether it was computed for it (RFC 9211).</summary>
internal static class SimultaneousVariants
{
    private const int Requests = 1_000;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var graph = await GaiaGraph.StartAsync(ct);
        var service = await graph.StartAsync(Resources.Asset, Cores.Measured, new Dictionary<string, string> { ["Identity:Lifetime"] = $"{Owner.Vouched:c}" }, ct);
        using var owner = new Owner(service.Address);
        var url = await owner.UploadAsync(Picture(), "image/jpeg", ct);

        List<double> computed = [];
        for (var repetition = 0; repetition < AssetBench.Repetitions; repetition++)
        {
            var path = $"{url}?w={200 + repetition}&format=webp";
            var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
            {
                using var answer = await owner.GetAsync(path, ct);
                answer.EnsureSuccessStatusCode();
                return answer.Headers.GetValues("Cache-Status").Single();
            }));
            computed.Add(answers.Count(status => status.EndsWith("stored", StringComparison.Ordinal)));
        }

        return [new("1,000 simultaneous requests of one new variant: transforms run", Goal.NoMoreThan("P24", 1), Cell.Worst(Statistics.Of(computed)))];
    }

    private static byte[] Picture()
    {
        using var bitmap = new SKBitmap(2000, 1500);
        Random.Shared.NextBytes(bitmap.GetPixelSpan());
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
