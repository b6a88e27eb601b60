using System.Numerics;

namespace Gaia.Caching.Engine;

/// <summary>Durations counted in buckets whose widths grow by a quarter of an octave, from microseconds to minutes: percentiles within 19 %.</summary>
internal sealed class Latency
{
    private const int Steps = 4;
    private readonly long[] buckets = new long[32 * Steps];

    /// <summary>How many durations there were.</summary>
    public long Count => buckets.Aggregate(0L, (sum, bucket) => sum + bucket);

    public void Add(TimeSpan duration)
    {
        var micros = Math.Max(1, (ulong)duration.TotalMicroseconds);
        var octave = BitOperations.Log2(micros);
        var step = (int)((micros - (1UL << octave)) * Steps >> octave);
        Interlocked.Increment(ref buckets[Math.Min((octave * Steps) + step, buckets.Length - 1)]);
    }

    public long[] Snapshot() => [.. buckets.Select((_, i) => Volatile.Read(ref buckets[i]))];

    /// <summary>Milliseconds below which the given share of the durations between two snapshots lies; null when there were none.</summary>
    public static double? Percentile(long[] from, long[] to, double share)
    {
        var counts = to.Zip(from, (after, before) => after - before).ToArray();
        var rank = counts.Sum() * share;
        for (var i = 0; i < counts.Length && rank > 0; i++)
        {
            rank -= counts[i];
            if (rank <= 0)
            {
                return Math.Round(Math.ScaleB(1 + (((i % Steps) + 1.0) / Steps), i / Steps) / 1_000, 4);
            }
        }

        return null;
    }
}
