namespace Gaia.Bench.Reporting;

/// <summary>What is told of a series of measured values, in their own unit.</summary>
internal sealed record Statistics(int Count, double Least, double P50, double P99, double Most)
{
    public double Median => P50;

    /// <summary>In another unit.</summary>
    public Statistics Times(double factor) => new(Count, Least * factor, P50 * factor, P99 * factor, Most * factor);

    public static Statistics Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("Nothing was measured.", nameof(values));
        }

        return new(sorted.Length, sorted[0], Quantile(sorted, 0.5), Quantile(sorted, 0.99), sorted[^1]);
    }

    /// <summary>Linear between the two nearest values.</summary>
    private static double Quantile(double[] sorted, double quantile)
    {
        var position = quantile * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
