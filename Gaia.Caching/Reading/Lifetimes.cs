namespace Gaia.Caching;

/// <summary>Turns a region's durations into the moments of one entry's life.</summary>
internal static class Lifetimes
{
    /// <summary>How long a value that was just loaded is fresh, in Redis and here. Zero: its own expiry has passed.</summary>
    public static TimeSpan Fresh(Ask ask, object? value, DateTimeOffset now)
    {
        var ttl = value is null && ask.Region.NegativeTtl is { } negative && negative < ask.Ttl ? negative : ask.Ttl;

        // Jitter only shortens: a value never outlives what was promised.
        return Cap(ttl * (1 - (Random.Shared.NextDouble() * ask.Region.Jitter)), ask.Region, value, now);
    }

    /// <summary>How long it may stand in for a failing source, in memory: in Redis it lives as long as it is fresh.</summary>
    public static TimeSpan Kept(Ask ask, object? value, TimeSpan fresh, DateTimeOffset now) => Cap(fresh + ask.Region.FailSafe, ask.Region, value, now);

    /// <param name="ask">Whose limits hold.</param>
    /// <param name="readAt">When the source or Redis was asked.</param>
    /// <param name="now">Now, on the same clock.</param>
    /// <param name="fresh">How long the value is still fresh; not positive: it is past that.</param>
    /// <param name="kept">How long it may still stand in.</param>
    public static Life Of(Ask ask, long readAt, long now, TimeSpan fresh, TimeSpan kept)
    {
        var local = fresh < ask.LocalTtl ? fresh : ask.LocalTtl;
        return new(readAt, now + Whole(local), now + Math.Max(Whole(kept), Whole(local)));
    }

    private static TimeSpan Cap(TimeSpan life, Region region, object? value, DateTimeOffset now)
    {
        var capped = region.ExpiryOf(value) is { } expiry ? Min(life, expiry - now) : life;
        return capped > TimeSpan.Zero ? capped : TimeSpan.Zero;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static long Whole(TimeSpan span) => (long)span.TotalMilliseconds;
}
