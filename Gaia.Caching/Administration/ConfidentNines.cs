namespace Gaia.Caching.Administration;

/// <summary>How reliable something is that failed so often in so many trials.</summary>
public static class ConfidentNines
{
    /// <summary>The most failures that are expected, with 95 % confidence, where none was seen: the "rule of three".</summary>
    private static readonly double NoneSeen = -Math.Log(0.05);

    /// <summary>The 95th percentile of the standard normal distribution.</summary>
    private const double Quantile = 1.6449;

    /// <summary>The number of nines that is reached with 95 % confidence: 3 is 99.9 %. Null without a trial.</summary>
    public static double? AtLeast(long trials, long failures) => trials <= 0 ? null : Math.Max(0, -Math.Log10(Expected(failures) / trials));

    /// <summary>How many trials without a failure it takes.</summary>
    public static double TrialsFor(double nines) => NoneSeen * Math.Pow(10, nines);

    /// <remarks>Source: the upper limit of a Poisson mean by way of chi-square, in Wilson and Hilferty's approximation.</remarks>
    private static double Expected(long failures)
    {
        double next = failures + 1;
        return failures <= 0 ? NoneSeen : next * Math.Pow(1 - (1 / (9 * next)) + (Quantile / (3 * Math.Sqrt(next))), 3);
    }
}
