namespace Gaia.Caching.Consistency;

/// <summary>Limits a rate. Unused tokens accumulate for a while.</summary>
internal sealed class TokenBucket(TimeProvider time)
{
    private static readonly TimeSpan Capacity = TimeSpan.FromSeconds(20);

    private long last = time.GetTimestamp();
    private double left;

    /// <summary>Takes as many tokens as there are, up to a number.</summary>
    /// <param name="perSecond">How many tokens are added per second.</param>
    /// <param name="wanted">How many to take at most.</param>
    /// <param name="reserve">The share of the capacity that is left for other callers.</param>
    public int Take(double perSecond, int wanted, double reserve = 0)
    {
        var now = time.GetTimestamp();
        var limit = Math.Max(1, perSecond * Capacity.TotalSeconds);
        left = Math.Min(left + (perSecond * time.GetElapsedTime(last, now).TotalSeconds), limit);
        last = now;
        var taken = Math.Clamp((int)(left - Math.Min(reserve * limit, limit - 1)), 0, wanted);
        left -= taken;
        return taken;
    }
}
