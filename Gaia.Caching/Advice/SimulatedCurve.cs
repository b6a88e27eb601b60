namespace Gaia.Caching.Advice;

/// <summary>
/// Hit ratios from simulated misses, scaled so that today's setting gives what was measured: the keys in a sample are read more or less often than others, with
/// every setting alike.
/// </summary>
internal sealed class SimulatedCurve
{
    /// <summary>What a model leaves out.</summary>
    private const double ModelError = 0.005;

    private const double StandardErrors = 2;

    public SimulatedCurve(double today, double reads, double hits, IReadOnlyList<SimulatedPoint> simulated)
    {
        (Today, Reads, Hits) = (today, reads, hits);
        var misses = simulated.FirstOrDefault(point => point.Setting == today)?.Misses ?? 0;
        SimulatedToday = Ratio(misses);
        var scale = misses > 0 ? (reads - hits) / misses : 1;
        Points = [.. simulated.Select(point =>
        {
            var (ratio, margin) = (Ratio(point.Misses * scale), (StandardErrors * Math.Sqrt(point.Variance) / Math.Max(1, reads)) + ModelError);
            return new CurvePoint(point.Setting, Math.Round(ratio, 4), Math.Round(Math.Max(0, ratio - margin), 4), Math.Round(Math.Min(1, ratio + margin), 4));
        })];

        double Ratio(double missed) => Math.Clamp(1 - (missed / Math.Max(1, reads)), 0, 1);
    }

    public double Today { get; }

    public double Reads { get; }

    public double Hits { get; }

    /// <summary>The smallest setting first.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    public double MeasuredToday => Hits / Math.Max(1, Reads);

    /// <summary>The hit ratio that the simulation of today's setting gives, before it is scaled.</summary>
    public double SimulatedToday { get; }

    public CurvePoint At(double setting) => Points.Single(point => point.Setting == setting);

    /// <summary>The smallest setting whose hit ratio is within so much of the best.</summary>
    public CurvePoint SmallestWithin(double margin) => Points.First(point => point.HitRatio >= Points.Max(other => other.HitRatio) - margin);
}
