namespace Gaia.Caching.Engine;

/// <summary>
/// The staleness bound. A node may answer from memory until the last proof that it had applied the whole log, plus the bound. Without that, an entry
/// answers only while it is itself younger than the bound, and then Redis or the source is asked.
/// </summary>
internal sealed class StalenessGuard(Clock clock, CachingOptions options)
{
    private readonly long boundMs = (long)options.StalenessBound.TotalMilliseconds;
    private long until = long.MinValue;

    public TimeSpan Bound => options.StalenessBound;

    public bool IsTrusted(long now) => now < Volatile.Read(ref until);

    public bool IsTrustedNow => IsTrusted(clock.Now);

    /// <summary>Since the last proof; <see cref="TimeSpan.MaxValue"/> when there was none.</summary>
    public TimeSpan SinceConfirmation => Volatile.Read(ref until) is var end and not long.MinValue ? TimeSpan.FromMilliseconds(clock.Now - end + boundMs) : TimeSpan.MaxValue;

    /// <param name="askedAt">When the end of the log was asked for that has been applied by now.</param>
    public void Confirm(long askedAt) => Volatile.Write(ref until, Math.Max(Volatile.Read(ref until), askedAt + boundMs));

    /// <summary>The log has a gap: nothing is known until the next proof.</summary>
    public void Reset() => Volatile.Write(ref until, long.MinValue);

    /// <summary>A value that was read from Redis or the source after this moment is within the bound, whether the log is available or not.</summary>
    public long EarliestTrustedRead(long now) => IsTrusted(now) ? long.MinValue : now - boundMs;
}
