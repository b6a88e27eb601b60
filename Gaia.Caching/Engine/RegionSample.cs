using System.IO.Hashing;
using System.Runtime.InteropServices;
using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>
/// Which keys of a region are sampled: those whose hash is at most the threshold, so that a key is in the sample always or never, wherever it is cached (SHARDS).
/// The threshold only falls, when there are more such keys than are to be followed.
/// </summary>
internal sealed class RegionSample(int index, Region region, SampleBuffer buffer, Clock clock)
{
    private ulong threshold = ulong.MaxValue;

    /// <summary>The region's number among all of the node.</summary>
    public int Index => index;

    public Region Region => region;

    public Clock Clock => clock;

    /// <summary>In so many milliseconds, no more reads of a key are recorded than change anything in a simulation.</summary>
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

    /// <summary>Records an event, unless its key has left the sample.</summary>
    public void Add(in SampledEvent sampled)
    {
        if (sampled.Hash <= Threshold)
        {
            buffer.Add(sampled);
        }
    }
}
