namespace Gaia.Caching.Consistency;

/// <summary>So much a second and no more. What is left over is kept for a while.</summary>
internal sealed class Allowance(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);

    private long last = time.GetTimestamp();
    private double left;

    /// <summary>Takes what is allowed, at most so many.</summary>
    /// <param name="perSecond">How much is allowed in a second.</param>
    /// <param name="wanted">How much to take at most.</param>
    /// <param name="reserve">Which share of what can be kept is left for others.</param>
    public int Take(double perSecond, int wanted, double reserve = 0)
    {
        var now = time.GetTimestamp();
        var limit = Math.Max(1, perSecond * KeptFor.TotalSeconds);
        left = Math.Min(left + (perSecond * time.GetElapsedTime(last, now).TotalSeconds), limit);
        last = now;
        var taken = Math.Clamp((int)(left - Math.Min(reserve * limit, limit - 1)), 0, wanted);
        left -= taken;
        return taken;
    }
}
