using Gaia.Caching.Engine;

namespace Gaia.Caching.Administration;

/// <summary>What each region counted, minute by minute, for the last day.</summary>
internal sealed class StatisticsHistory(RegionMap regions, TimeProvider time)
{
    private const int Minutes = 24 * 60;

    private readonly Lock gate = new();
    private readonly Queue<Snapshot> snapshots = new([Take(regions, time)]);

    /// <summary>To be called once a minute.</summary>
    public void Note()
    {
        var snapshot = Take(regions, time);
        lock (gate)
        {
            snapshots.Enqueue(snapshot);
            while (snapshots.Count > Minutes)
            {
                snapshots.Dequeue();
            }
        }
    }

    /// <summary>The snapshots of the last minutes with one of this moment as the last, so that neighbours differ by what happened between them.</summary>
    public IReadOnlyList<Snapshot> Last(int minutes)
    {
        var now = Take(regions, time);
        lock (gate)
        {
            return [.. snapshots.Skip(Math.Max(0, snapshots.Count - Math.Max(1, minutes))), now];
        }
    }

    private static Snapshot Take(RegionMap regions, TimeProvider time) =>
        new(time.GetUtcNow(), regions.All.ToDictionary(region => region.Declared.Name, region => Counts.Of(region.Statistics)));

    internal sealed record Snapshot(DateTimeOffset At, IReadOnlyDictionary<string, Counts> Regions);

    internal sealed record Counts(long Hits, long StoreHits, long Misses, long Stale, long Fills, long Refused, long Evictions, long Commands, long[] Waits)
    {
        public static Counts Of(RegionStatistics now) => new(
            now.Hits.Value,
            now.StoreHits.Value,
            now.Misses.Value,
            now.Stale.Value,
            now.Fills.Value,
            now.Refused.Value,
            now.Evictions.Value,
            now.Commands.Value,
            now.Waits.Snapshot());
    }
}
