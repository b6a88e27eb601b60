using System.Collections.Concurrent;

namespace Gaia.Caching;

/// <summary>All slots of a node by key, within a limit of memory. What nobody touched since eviction last passed goes first (second chance).</summary>
internal sealed class SlotTable
{
    private readonly ConcurrentDictionary<string, Slot> slots = new();
    private readonly ConcurrentDictionary<string, Slot>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly ConcurrentQueue<Slot> hand = new();
    private readonly RegionMap regions;
    private readonly FencingRules rules;
    private readonly Clock clock;
    private readonly long limit;
    private long size;
    private int evicting;

    public SlotTable(RegionMap regions, FencingRules rules, Clock clock, CachingOptions options)
    {
        (this.regions, this.rules, this.clock, limit) = (regions, rules, clock, options.MemoryLimit);
        byText = slots.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => slots.Count;

    /// <summary>The estimated bytes of all values and slots.</summary>
    public long Size => Volatile.Read(ref size);

    public IEnumerable<Slot> All => slots.Select(pair => pair.Value);

    public Slot? Find(string key) => slots.TryGetValue(key, out var slot) ? slot : null;

    public Slot? Find(ReadOnlySpan<char> key) => byText.TryGetValue(key, out var slot) ? slot : null;

    public Slot Get(string key)
    {
        if (slots.TryGetValue(key, out var slot))
        {
            return slot;
        }

        var made = new Slot(CacheKey.Checked(key), regions.Of(key), rules);
        slot = slots.GetOrAdd(key, made);
        if (slot == made)
        {
            hand.Enqueue(slot);
            Grow(Slot.Overhead);
        }

        return slot;
    }

    /// <summary>Makes room for what a slot has just got.</summary>
    public void Settle(Slot slot) => Grow(slot.Recharge());

    /// <summary>Drops every value whose key satisfies, and turns away what is in flight for it.</summary>
    public void Drop(Func<Slot, bool> satisfies)
    {
        foreach (var slot in All.Where(satisfies))
        {
            slot.Drop();
        }
    }

    /// <summary>Retires what holds neither a usable value nor a fence that still matters, or fences would pile up for ever.</summary>
    public void Sweep()
    {
        for (var left = hand.Count; left > 0 && hand.TryDequeue(out var slot); left--)
        {
            KeepOrForget(slot, slot.Retire(clock.Now));
        }
    }

    private void Grow(int bytes)
    {
        if (Interlocked.Add(ref size, bytes) > limit && Interlocked.Exchange(ref evicting, 1) is 0)
        {
            try
            {
                Evict();
            }
            finally
            {
                Volatile.Write(ref evicting, 0);
            }
        }
    }

    /// <summary>
    /// Values go until the limit is met. Fences stay, as they are what keeps the promise, and may take as much room again; only beyond that do the
    /// oldest of them go, and Redis' tombstones are then alone in refusing what is old.
    /// </summary>
    private void Evict()
    {
        var target = limit - (limit / 16);
        for (var left = hand.Count * 2; left > 0 && Size > target && hand.TryDequeue(out var slot); left--)
        {
            if (slot.Touched)
            {
                slot.Touched = false;
                hand.Enqueue(slot);
                continue;
            }

            if (slot.Entry is not null)
            {
                slot.Evict();
                slot.Statistics.Evictions.Add();
            }

            KeepOrForget(slot, slot.Retire(clock.Now, evenIfFenced: Size > limit * 2));
        }
    }

    private void KeepOrForget(Slot slot, bool retired)
    {
        Interlocked.Add(ref size, slot.Recharge());
        if (!retired)
        {
            hand.Enqueue(slot);
            return;
        }

        slots.TryRemove(new(slot.Key, slot));
        slot.Forget?.Invoke();
        Interlocked.Add(ref size, -Slot.Overhead);
    }
}
