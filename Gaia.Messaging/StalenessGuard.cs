namespace Gaia.Messaging;

/// <summary>
/// The staleness bound: what a node has in memory may be used until the last proof that it had applied everything that was published, plus the bound.
/// </summary>
public class StalenessGuard(Clock clock, TimeSpan bound)
{
    private readonly long boundMs = (long)bound.TotalMilliseconds;
    private long until = long.MinValue;

    /// <summary>How old memory may be, at worst.</summary>
    public TimeSpan Bound => bound;

    /// <summary>The moment, on the <see cref="Clock"/>.</summary>
    public long Now => clock.Now;

    /// <summary>Whether memory may be used.</summary>
    public bool IsTrustedNow => IsTrusted(clock.Now);

    /// <summary>Since the last proof; <see cref="TimeSpan.MaxValue"/> when there was none.</summary>
    public TimeSpan SinceConfirmation => Volatile.Read(ref until) is var end and not long.MinValue ? TimeSpan.FromMilliseconds(clock.Now - end + boundMs) : TimeSpan.MaxValue;

    /// <summary>Whether memory may be used at a moment.</summary>
    public bool IsTrusted(long now) => now < Volatile.Read(ref until);

    /// <summary>Takes a proof.</summary>
    /// <param name="askedAt">When the question was asked whose answer has been applied by now.</param>
    public void Confirm(long askedAt) => Volatile.Write(ref until, Math.Max(Volatile.Read(ref until), askedAt + boundMs));

    /// <summary>Something was lost: nothing is known until the next proof.</summary>
    public void Reset() => Volatile.Write(ref until, long.MinValue);

    /// <summary>What was read from its source after this moment is within the bound, whether memory may be used or not.</summary>
    public long EarliestTrustedRead(long now) => IsTrusted(now) ? long.MinValue : now - boundMs;
}
