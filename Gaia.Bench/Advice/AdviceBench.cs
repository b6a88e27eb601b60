using System.Globalization;
using Gaia.Bench.Reporting;
using Gaia.Caching.Advice;
using Gaia.Testing.Caching;
using Gaia.Testing.Caching.Advice;

namespace Gaia.Bench.Advice;

/// <summary>
/// Replays accesses of five kinds through a cache whose reads are sampled, and again through caches that really have the other settings: how far the predicted hit
/// ratios are from the measured ones, in points.
/// </summary>
internal static class AdviceBench
{
    private const int Reads = 1_000_000;
    private const long Memory = 32 << 20;

    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(120);

    private static readonly Setting[] Settings = [new(0.25, 1), new(4, 1), new(double.PositiveInfinity, 1), new(1, 0.25), new(1, 0.5), new(1, 2)];

    private static readonly (string Name, Func<IEnumerable<CacheAccess>> Accesses)[] Traces =
    [
        ("Zipf 0.7", () => AccessTraces.Zipf(Reads, 200_000, 0.7)),
        ("Zipf 0.99", () => AccessTraces.Zipf(Reads, 200_000, 0.99)),
        ("scan over a hot set", () => AccessTraces.ScanOverHotSet(Reads, 20_000, 80_000)),
        ("phase change", () => AccessTraces.PhaseChange(Reads, 50_000)),
        ("TTL-bound, 1 % invalidations", () => AccessTraces.WithInvalidations(Reads, 20_000, 0.7)),
    ];

    /// <param name="log">Gets every prediction beside what was measured.</param>
    /// <param name="ct">Ends the run.</param>
    public static async Task<Table> RunAsync(TextWriter log, CancellationToken ct)
    {
        var table = new Table(Machine.Now(), "Gaia");
        table.Note(string.Create(CultureInfo.InvariantCulture, $"{Reads:#,0} accesses, {Settings.Length} settings each"));
        List<double> errors = [];
        foreach (var (name, accesses) in Traces)
        {
            var advice = await PredictAsync(accesses());
            var found = new List<double>();
            foreach (var setting in Settings)
            {
                ct.ThrowIfCancellationRequested();
                var (predicted, measured) = (setting.Predicted(advice), await MeasureAsync(setting, accesses()));
                found.Add(Math.Abs(predicted - measured) * 100);
                await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}, {setting}: predicted {predicted:P2}, measured {measured:P2}"));
            }

            errors.AddRange(found);
            table.Add(new($"Hit ratio, {name}: predicted - measured, points", null, Cell.Worst(Statistics.Of(found))));
        }

        table.Add(new("The worst of all predictions, points", Goal.NoMoreThan("advice", 2), new Cell(Cell.Number(errors.Max()), errors.Max())));
        table.Add(new("Their mean, points", Goal.NoMoreThan("advice", 0.7), new Cell(Cell.Number(errors.Average()), errors.Average())));
        foreach (var row in await SamplingCost.RunAsync(ct))
        {
            table.Add(row);
        }

        return table;
    }

    private static async Task<RegionAdvice> PredictAsync(IEnumerable<CacheAccess> trace)
    {
        await using var cache = await ReplayedCache.StartAsync(Doc.ByRow with { Ttl = Ttl }, options => (options.MemoryLimit, options.AdviceHalfLife) = (Memory, TimeSpan.FromDays(1_000)));
        await cache.ReplayAsync(trace);
        return new TuningAdvisor(cache.CachingOptions).Advise([cache.Model!.Report()]).Regions.Single();
    }

    private static async Task<double> MeasureAsync(Setting setting, IEnumerable<CacheAccess> trace)
    {
        await using var cache = await ReplayedCache.StartAsync(Doc.ByRow with { Ttl = setting.TtlOf(Ttl) }, options => (options.MemoryLimit, options.IsAdviceOn) = ((long)(Memory * setting.MemoryFactor), false));
        await cache.ReplayAsync(trace);
        return cache.HitRatio;
    }

    private sealed record Setting(double TtlFactor, double MemoryFactor)
    {
        private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

        public TimeSpan TtlOf(TimeSpan today) => double.IsInfinity(TtlFactor) ? Longest : today * TtlFactor;

        public double Predicted(RegionAdvice advice) => TtlFactor is 1
            ? advice.MemoryCurve.Single(point => point.Setting == Memory * MemoryFactor).HitRatio
            : advice.TtlCurve.Single(point => point.Setting == TtlOf(Ttl).TotalSeconds).HitRatio;

        public override string ToString() => TtlFactor is 1
            ? string.Create(CultureInfo.InvariantCulture, $"memory x {MemoryFactor}")
            : string.Create(CultureInfo.InvariantCulture, $"TTL {TtlOf(Ttl).TotalSeconds} s");
    }
}
