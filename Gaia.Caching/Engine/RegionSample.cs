using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Gaia.Caching.Engine;

/// <summary>
/// Which keys of a region are sampled: those whose hash is at most the threshold, so that a key is in the sample always or never, wherever it is cached (SHARDS).
/// The threshold only falls, when there are more such keys than are to be followed.
/// </summary>
internal sealed class RegionSample(int index, Region region, SampleBuffer buffer, Clock clock)
{
    /// <summary>How many reads of a key are recorded in <see cref="Window"/>: two, as the second one says that it is read again.</summary>
    private const int ReadsPerWindow = 2;

    private ulong threshold = ulong.MaxValue;

    /// <summary>The region's number among all of the node.</summary>
    public int Index => index;

    public Region Region => region;

    /// <summary>Further reads within so many milliseconds change nothing in a simulation, and are not recorded.</summary>
    public long Window { get; } = Math.Clamp((long)region.Ttl.TotalMilliseconds / 256, 1, 1_000);

    public ulong Threshold
    {
        get => Volatile.Read(ref threshold);
        set => Volatile.Write(ref threshold, value);
    }

    /// <summary>The share of keys that are sampled.</summary>
    public double Rate => Threshold / (double)ulong.MaxValue;

    /// <returns>Null: the key is not sampled.</returns>
    public SampledKey? Find(string key) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.AsSpan())) is var hash && hash <= Threshold ? new(this, hash) : null;

    public void Read(SampledKey key, CacheEntry? entry, long now)
    {
        if (now - key.WindowBegan >= Window)
        {
            (key.WindowBegan, key.ReadsInWindow) = (now, 0);
        }

        if (key.ReadsInWindow < ReadsPerWindow && key.Hash <= Threshold)
        {
            key.ReadsInWindow++;
            buffer.Add(new(this, entry is { IsEmpty: true } ? SampledKind.Absence : SampledKind.Value, key.Hash, now, entry?.Cost ?? 0, ExpiryOf(entry, now)));
        }
    }

    public void Invalidate(SampledKey key)
    {
        key.ReadsInWindow = 0;
        if (key.Hash <= Threshold)
        {
            buffer.Add(new(this, SampledKind.Invalidation, key.Hash, clock.Now));
        }
    }

    private long ExpiryOf(CacheEntry? entry, long now) =>
        region.HasExpiry && entry?.ExpiryIn(region) is { } expiry ? now + expiry.ToUnixTimeMilliseconds() - clock.UtcNow : long.MaxValue;
}

/// <summary>A key that the tuning advice follows. Threads may write over each other here: an event more or less is of no account.</summary>
internal sealed class SampledKey(RegionSample region, ulong hash)
{
    public ulong Hash => hash;

    public long WindowBegan { get; set; } = long.MinValue / 2;

    public int ReadsInWindow { get; set; }

    public void Read(CacheEntry? entry, long now) => region.Read(this, entry, now);

    public void Invalidate() => region.Invalidate(this);
}
