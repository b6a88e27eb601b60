using Gaia.Caching.Engine;

namespace Gaia.Caching.Advice;

/// <summary>
/// A cache in miniature (Waldspurger, ATC '17): the rules of <see cref="CacheKeyTable"/> for expiry, eviction and invalidation, for the sampled keys alone, each of
/// which takes the room of all the keys that it stands for.
/// </summary>
internal sealed class Simulation(IReadOnlyList<SimulatedRegion> regions, IReadOnlyDictionary<int, int[]> sizes)
{
    private const int SlotBits = 20;

    private readonly Dictionary<int, SimulatedRegion> byIndex = regions.ToDictionary(region => region.Index);
    private readonly Queue<int> evictionQueue = new();

    /// <summary>Bytes that values and key states may take together.</summary>
    public double Limit { get; set; } = double.PositiveInfinity;

    public IReadOnlyList<SimulatedRegion> Regions => regions;

    public void Read(int index, int slot, in SampledEvent read)
    {
        var region = byIndex[index];
        if (region.Hits(slot, read.At))
        {
            return;
        }

        if (region.Fill(slot, sizes[index][slot], read))
        {
            evictionQueue.Enqueue((index << SlotBits) | slot);
        }

        if (Size > Limit)
        {
            Evict();
        }
    }

    public void Invalidate(int index, int slot) => byIndex[index].Invalidate(slot, sizes[index][slot]);

    public void Resize(int index, int slot, int by) => byIndex[index].Resize(slot, by);

    /// <summary>The key leaves the sample.</summary>
    public void Remove(int index, int slot) => byIndex[index].Remove(slot, sizes[index][slot]);

    /// <summary>Retires what has no value any more, as the cache does twice a minute.</summary>
    public void Sweep(long now)
    {
        for (var left = evictionQueue.Count; left > 0; left--)
        {
            var (region, slot) = Next();
            if (!region.IsHeld(slot))
            {
                continue;
            }

            if (region.IsOver(slot, now))
            {
                region.Remove(slot, sizes[region.Index][slot]);
            }
            else
            {
                evictionQueue.Enqueue((region.Index << SlotBits) | slot);
            }
        }
    }

    private double Size => regions.Count is 1 ? regions[0].Size : regions.Sum(region => region.Size);

    private void Evict()
    {
        var target = Limit - (Limit / 16);
        for (var left = evictionQueue.Count * 2; left > 0 && evictionQueue.Count > 0 && Size > target; left--)
        {
            var (region, slot) = Next();
            if (region.TakeSecondChance(slot))
            {
                evictionQueue.Enqueue((region.Index << SlotBits) | slot);
            }
            else
            {
                region.Remove(slot, sizes[region.Index][slot]);
            }
        }
    }

    private (SimulatedRegion Region, int Slot) Next()
    {
        var key = evictionQueue.Dequeue();
        return (byIndex[key >> SlotBits], key & ((1 << SlotBits) - 1));
    }
}
