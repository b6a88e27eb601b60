using Gaia.Caching.Engine;

namespace Gaia.Caching.Reading;

/// <summary>Turns a region's durations into the moments of one entry's life.</summary>
internal static class LifetimeCalculator
{
    /// <summary>How long a value that was just loaded is fresh, in Redis and here. Zero: its own expiry has passed.</summary>
    public static TimeSpan Fresh(EntryOptions entryOptions, object? value, DateTimeOffset now)
    {
        var ttl = value is null && entryOptions.Region.NegativeTtl is { } negative && negative < entryOptions.Ttl ? negative : entryOptions.Ttl;

        // Jitter only shortens: a value never outlives what was promised.
        return Cap(ttl * (1 - (Random.Shared.NextDouble() * entryOptions.Region.Jitter)), entryOptions.Region, value, now);
    }

    /// <summary>How long it may stand in for a failing source, in memory: in Redis it lives as long as it is fresh.</summary>
    public static TimeSpan Kept(EntryOptions entryOptions, object? value, TimeSpan fresh, DateTimeOffset now) => Cap(fresh + entryOptions.Region.FailSafe, entryOptions.Region, value, now);

    /// <param name="entryOptions">Whose limits hold.</param>
    /// <param name="readAt">When the source or Redis was asked.</param>
    /// <param name="now">Now, on the same clock.</param>
    /// <param name="fresh">How long the value is still fresh; not positive: it is past that.</param>
    /// <param name="kept">How long it may still stand in.</param>
    public static EntryLifetime Of(EntryOptions entryOptions, long readAt, long now, TimeSpan fresh, TimeSpan kept)
    {
        var local = fresh < entryOptions.LocalTtl ? fresh : entryOptions.LocalTtl;
        return new(readAt, now + Milliseconds(local), now + Math.Max(Milliseconds(kept), Milliseconds(local)));
    }

    private static TimeSpan Cap(TimeSpan life, Region region, object? value, DateTimeOffset now)
    {
        var capped = region.ExpiryOf(value) is { } expiry ? Min(life, expiry - now) : life;
        return capped > TimeSpan.Zero ? capped : TimeSpan.Zero;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
