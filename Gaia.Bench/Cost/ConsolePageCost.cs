using System.IO.Compression;
using Gaia.Bench.Gateway;
using Gaia.Bench.Reporting;
using Gaia.Bench.Servers;
using Gaia.Gateway;

namespace Gaia.Bench.Cost;

/// <summary>How large the console is that a browser loads, and how long it takes until something is seen.</summary>
internal static class ConsolePageCost
{
    private const string Prefix = "console/";
    private const double Megabyte = 1_000_000;
    private const double MillisecondsOfSecond = 1_000;

    /// <summary>Null until something was painted.</summary>
    private const string FirstPaint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";

    public static async Task<IEnumerable<Row>> RunAsync(CancellationToken ct)
    {
        await using var scenario = await GatewayScenario.StartAsync(null, ct);
        var gateway = await scenario.AddGatewayAsync(Cores.Measured, GatewayScenario.Unlimited, ct);
        List<double> paints = [];
        for (var repetition = 0; repetition < CostBench.Repetitions; repetition++)
        {
            // One that has never been here, and has nothing in its cache.
            await using var browser = await Chromium.StartAsync(ct);
            paints.Add(await browser.MeasureAsync(new(gateway.Address, "/console"), FirstPaint, ct) / MillisecondsOfSecond);
        }

        var size = Size() / Megabyte;
        return
        [
            new("Files of the console, compressed (Brotli), MB", Goal.NoMoreThan("cost", 4, "MB"), new Cell(Cell.Number(size), size)),
            new("First paint of the console in a new browser, s", Goal.NoMoreThan("cost", 2, "s").Timed(), Cell.Median(Statistics.Of(paints))),
        ];
    }

    private static double Size()
    {
        var assembly = typeof(GatewayServices).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Sum(name =>
        {
            using var file = assembly.GetManifestResourceStream(name)!;
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            {
                file.CopyTo(brotli);
            }

            return compressed.Length;
        });
    }
}
