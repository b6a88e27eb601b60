using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using SkiaSharp;

namespace Gaia.Bench.Assets;

/// <summary>P24: a thousand simultaneous requests of one variant that does not exist yet. Each response says whether it was computed for it (<c>Cache-Status</c>, RFC 9211).</summary>
internal static class SimultaneousVariants
{
    private const int Requests = 1_000;

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var graph = await GaiaGraph.StartAsync(ct);
        var service = await graph.StartAsync(Resources.Asset, Cores.Measured, new Dictionary<string, string> { ["Identity:Lifetime"] = $"{AssetClient.IdentityLifetime:c}" }, ct);
        using var client = new AssetClient(service.Address);
        var url = await client.UploadAsync(Picture(), "image/jpeg", ct);

        List<double> computed = [];
        for (var repetition = 0; repetition < AssetBench.Repetitions; repetition++)
        {
            var path = $"{url}?w={200 + repetition}&format=webp";
            var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
            {
                using var answer = await client.GetAsync(path, ct);
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
