namespace Gaia.Caching.Engine;

/// <summary>
/// Versions for what has no row version: microseconds since 1970, each above every one that this node has handed out or seen (a hybrid logical clock).
/// </summary>
internal sealed class TimestampGenerator(TimeProvider time)
{
    private long last;

    public long Next()
    {
        while (true)
        {
            var seen = Volatile.Read(ref last);
            var next = Math.Max(seen + 1, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
            if (Interlocked.CompareExchange(ref last, next, seen) == seen)
            {
                return next;
            }
        }
    }

    public void Saw(long timestamp)
    {
        var seen = Volatile.Read(ref last);
        while (timestamp > seen)
        {
            var before = Interlocked.CompareExchange(ref last, timestamp, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
