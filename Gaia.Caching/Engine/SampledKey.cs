namespace Gaia.Caching.Engine;

/// <summary>A key that the tuning advice follows. Threads may write over each other here: an event more or less is of no account.</summary>
internal sealed class SampledKey(RegionSample region, ulong hash)
{
    /// <summary>How many reads are recorded in a window: two, as the second one says that the key is read again.</summary>
    private const int ReadsPerWindow = 2;

    private long windowBegan = long.MinValue / 2;
    private int readsInWindow;

    public void Read(CacheEntry? entry, long now)
    {
        if (now - windowBegan >= region.Window)
        {
            (windowBegan, readsInWindow) = (now, 0);
        }

        if (readsInWindow < ReadsPerWindow)
        {
            readsInWindow++;
            region.Add(new(region, entry is { IsEmpty: true } ? SampledKind.Absence : SampledKind.Value, hash, now, entry?.Cost ?? 0, ExpiryOf(entry, now)));
        }
    }

    public void Invalidate()
    {
        readsInWindow = 0;
        region.Add(new(region, SampledKind.Invalidation, hash, region.Clock.Now));
    }

    private long ExpiryOf(CacheEntry? entry, long now) =>
        region.Region.HasExpiry && entry?.ExpiryIn(region.Region) is { } expiry ? now + expiry.ToUnixTimeMilliseconds() - region.Clock.UtcNow : long.MaxValue;
}
