using Gaia.Messaging;

namespace Gaia.Caching.Store;

/// <summary>
/// Redis' clock as this node knows it, measured by each probe. Where several primaries disagree the slowest counts: a deadline then comes early on the
/// others, never late.
/// </summary>
internal sealed class RedisClock(Clock clock)
{
    private long offset;

    /// <summary>Milliseconds since 1970.</summary>
    public long Now => clock.UtcNow + Volatile.Read(ref offset);

    /// <summary>How far a primary's clock is ahead of this node's, in milliseconds.</summary>
    /// <param name="time">What it said to TIME, with half the round trip added.</param>
    public long OffsetOf(DateTimeOffset time) => time.ToUnixTimeMilliseconds() - clock.UtcNow;

    /// <summary>Sets the clock by all primaries whose time is known.</summary>
    public void Set(IEnumerable<RedisPrimary> primaries)
    {
        if (primaries.Min(primary => primary.ClockOffset) is { } slowest)
        {
            Volatile.Write(ref offset, slowest);
        }
    }
}
