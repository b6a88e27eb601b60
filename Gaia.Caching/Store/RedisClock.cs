using Gaia.Caching.Engine;

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

    /// <param name="times">What each primary said to TIME, with half the round trip added.</param>
    public void Set(IReadOnlyCollection<DateTimeOffset> times) =>
        Volatile.Write(ref offset, times.Min(time => time.ToUnixTimeMilliseconds()) - clock.UtcNow);
}
