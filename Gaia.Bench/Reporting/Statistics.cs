namespace Gaia.Bench.Reporting;

/// <summary>A summary of measured values, in their unit.</summary>
internal sealed record Statistics(int Count, double Minimum, double P50, double P99, double Maximum)
{
    public double Median => P50;

    /// <summary>Converts to another unit.</summary>
    public Statistics Scale(double factor) => new(Count, Minimum * factor, P50 * factor, P99 * factor, Maximum * factor);

    public static Statistics Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("Nothing was measured.", nameof(values));
        }

        return new(sorted.Length, sorted[0], Quantile(sorted, 0.5), Quantile(sorted, 0.99), sorted[^1]);
    }

    /// <summary>Interpolates linearly between the two nearest values.</summary>
    private static double Quantile(double[] sorted, double quantile)
    {
        var position = quantile * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
