using Gaia.Caching.Engine;

namespace Gaia.Caching.Advice;

/// <summary>The sampled keys of one region, each with a number below the limit. When there are more, those of the highest hashes leave the sample for good.</summary>
internal sealed class SampledKeys(RegionSample sample, int limit)
{
    /// <summary>Hashes spread evenly, so this is the share of keys that leave at a time.</summary>
    private const ulong Share = 8;

    private readonly Dictionary<ulong, int> slots = [];
    private readonly Stack<int> free = [];

    public int Count => slots.Count;

    /// <summary>The number of a key, which joins the sample if it can.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="left">Told the numbers of keys that leave the sample to make room.</param>
    /// <returns>Null: the key is not in the sample.</returns>
    public int? SlotOf(ulong hash, Action<int> left)
    {
        if (slots.TryGetValue(hash, out var slot))
        {
            return slot;
        }

        while (slots.Count == limit && hash <= sample.Threshold)
        {
            sample.Threshold -= sample.Threshold / Share;
            foreach (var (gone, freed) in slots.Where(pair => pair.Key > sample.Threshold).ToList())
            {
                slots.Remove(gone);
                free.Push(freed);
                left(freed);
            }
        }

        if (hash > sample.Threshold)
        {
            return null;
        }

        return slots[hash] = free.TryPop(out var reused) ? reused : slots.Count;
    }
}
