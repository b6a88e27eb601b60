using Gaia.Messaging;

namespace Gaia.Caching.Engine;

/// <summary>What happened to sampled keys since it was last read. When it is full, further events are counted and dropped, so that no reader ever waits.</summary>
internal sealed class SampleBuffer
{
    private const int Capacity = 8_192;

    private readonly Lock gate = new();
    private SampledEvent[] filling = new SampledEvent[Capacity];
    private SampledEvent[] reading = new SampledEvent[Capacity];
    private int count;
    private long dropped;

    /// <summary>How many events found no room, since the start.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    public void Add(in SampledEvent sampled)
    {
        lock (gate)
        {
            if (count == Capacity)
            {
                dropped++;
                return;
            }

            filling[count++] = sampled;
        }
    }

    /// <summary>The events since the last call, in their order. They are overwritten after the next one.</summary>
    public ReadOnlySpan<SampledEvent> Take()
    {
        lock (gate)
        {
            (filling, reading) = (reading, filling);
            var taken = reading.AsSpan(0, count);
            count = 0;
            return taken;
        }
    }
}

/// <summary>A read or an invalidation of a sampled key.</summary>
/// <param name="At">When, on the <see cref="Clock"/>.</param>
/// <param name="Size">Bytes of the value.</param>
/// <param name="ExpiresAt">When the value itself expires, on the <see cref="Clock"/>; <see cref="long.MaxValue"/>: never.</param>
internal readonly record struct SampledEvent(RegionSample Region, SampledKind Kind, ulong Hash, long At, int Size = 0, long ExpiresAt = long.MaxValue);

internal enum SampledKind : byte
{
    /// <summary>A read that found a value, now or after a load.</summary>
    Value,

    /// <summary>A read of what does not exist.</summary>
    Absence,

    Invalidation,
}
