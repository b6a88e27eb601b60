using Gaia.Caching.Engine;

namespace Gaia.Caching.Advice;

/// <summary>A region in one simulation: what is held of its sampled keys, and how often a read did not find it.</summary>
/// <param name="sample">The region's sample.</param>
/// <param name="ttl">How long a value is fresh in this simulation.</param>
/// <param name="limit">How many keys the sample has at most.</param>
internal sealed class SimulatedRegion(RegionSample sample, TimeSpan ttl, int limit)
{
    /// <summary>Keys fall by their hashes into so many groups, whose misses differ by chance alone: what the error of their sum is estimated by.</summary>
    private const int Groups = 16;

    /// <summary>Times are kept in units of so many milliseconds, in 32 bits: enough for two years.</summary>
    private const int Unit = 16;

    private readonly double[] misses = new double[Groups];
    private readonly long life = Milliseconds(ttl, sample.Region.Jitter);
    private readonly long absenceLife = Milliseconds(sample.Region.NegativeTtl is { } negative && negative < ttl ? negative : ttl, sample.Region.Jitter);
    private readonly long failSafe = (long)sample.Region.FailSafe.TotalMilliseconds;
    private long? origin;

    // There is nothing before the first value: a region that nobody reads takes no memory.
    private uint[] freshUntil = [];
    private KeyFlags[] flags = [];

    [Flags]
    private enum KeyFlags : byte
    {
        None = 0,
        Held = 1,
        HasValue = 2,
        ReadRecently = 4,
    }

    public int Index => sample.Index;

    public TimeSpan Ttl => ttl;

    /// <summary>Bytes held of the sampled keys.</summary>
    public long SampledSize { get; private set; }

    /// <summary>Bytes held of all keys, as far as the sample stands for them.</summary>
    public double Size => SampledSize / sample.Rate;

    /// <summary>How many reads of all keys were no hits, and the variance of that estimate.</summary>
    public (double Misses, double Variance) Estimate
    {
        get
        {
            var (sum, mean) = (misses.Sum(), misses.Average());
            return (sum, misses.Sum(group => (group - mean) * (group - mean)) * Groups / (Groups - 1) * (1 - sample.Rate));
        }
    }

    /// <summary>Gives what was counted before less weight.</summary>
    public void Decay(double factor)
    {
        foreach (ref var group in misses.AsSpan())
        {
            group *= factor;
        }
    }

    /// <returns>Whether the key has a fresh value.</returns>
    public bool Hits(int slot, long now)
    {
        if (flags.Length is 0 || now >= Time(freshUntil[slot]))
        {
            return false;
        }

        flags[slot] |= KeyFlags.ReadRecently;
        return true;
    }

    /// <summary>Counts a miss, and holds what was loaded.</summary>
    /// <returns>Whether the key was not held before.</returns>
    public bool Fill(int slot, int size, in SampledEvent read)
    {
        if (flags.Length is 0)
        {
            (freshUntil, flags) = (new uint[limit], new KeyFlags[limit]);
        }

        misses[read.Hash % Groups] += 1 / sample.Rate;
        var expiry = Math.Min(read.At + (read.Kind is SampledKind.Absence ? absenceLife : life), read.ExpiresAt);
        freshUntil[slot] = Units(Math.Max(expiry, read.At));
        var isNew = !Has(slot, KeyFlags.Held);
        SampledSize += (isNew ? CacheKeyState.Overhead : 0) + (Has(slot, KeyFlags.HasValue) ? 0 : size);
        flags[slot] |= KeyFlags.Held | KeyFlags.HasValue;
        return isNew;
    }

    /// <summary>The value is gone; that it was invalidated is remembered.</summary>
    public void Invalidate(int slot, int size)
    {
        if (Has(slot, KeyFlags.HasValue))
        {
            SampledSize -= size;
            flags[slot] &= ~KeyFlags.HasValue;
            freshUntil[slot] = 0;
        }
    }

    public void Resize(int slot, int by) => SampledSize += Has(slot, KeyFlags.HasValue) ? by : 0;

    /// <summary>Takes the second chance of a key that was read since eviction last came by.</summary>
    /// <returns>False: it had none.</returns>
    public bool TakeSecondChance(int slot)
    {
        var had = Has(slot, KeyFlags.ReadRecently);
        flags[slot] &= ~KeyFlags.ReadRecently;
        return had;
    }

    public bool IsHeld(int slot) => Has(slot, KeyFlags.Held);

    /// <summary>Whether the key has no value that may answer, not even in place of a failing source.</summary>
    public bool IsOver(int slot, long now) => now >= Time(freshUntil[slot]) + failSafe;

    public void Remove(int slot, int size)
    {
        if (Has(slot, KeyFlags.Held))
        {
            SampledSize -= CacheKeyState.Overhead + (Has(slot, KeyFlags.HasValue) ? size : 0);
            (flags[slot], freshUntil[slot]) = (KeyFlags.None, 0);
        }
    }

    private bool Has(int slot, KeyFlags flag) => flags.Length > 0 && (flags[slot] & flag) is not 0;

    private uint Units(long time)
    {
        // Zero says that there is nothing.
        origin ??= time - Unit;
        return (uint)Math.Clamp((time - origin.Value) / Unit, 1, uint.MaxValue);
    }

    private long Time(uint units) => units is 0 ? long.MinValue / 2 : origin!.Value + ((long)units * Unit);

    private static long Milliseconds(TimeSpan life, double jitter) => (long)(life.TotalMilliseconds * (1 - (jitter / 2)));
}
