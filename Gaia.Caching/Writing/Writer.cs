namespace Gaia.Caching;

/// <summary>Puts a value into the cache without a load. To everybody else that is a change of the key.</summary>
internal sealed class Writer(CacheNode node, Invalidator invalidator)
{
    public async ValueTask SetAsync<T>(string key, T value, Ask ask, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var deadline = node.Store.Clock.Now + (long)RedisStore.FillLimit.TotalMilliseconds;
        var slot = node.Slots.Get(key);
        var data = node.Json.Write(value, slot);
        var own = slot.Region.VersionOf(value);
        var version = await invalidator.InvalidateAsync(key, own, ct) ?? slot.Fence;

        var now = node.Clock.Now;
        var utc = node.Clock.Time.GetUtcNow();
        var fresh = Lifetimes.Fresh(ask, value, utc);
        var kept = Lifetimes.Kept(ask, value, fresh, utc);
        var entry = new Entry<T>(value, version, Lifetimes.Of(ask, now, now, fresh, kept), node.Tags.Mark(ask.Tags), data.Length);
        if (slot.Store(entry, loader: null, versioned: true, ask.WritesMemory))
        {
            node.Slots.Settle(slot);
        }

        if (ask.WritesStore)
        {
            await node.Store.FillAsync(slot, Envelope.Of(entry, ask, data, node.Store.Clock.Now + (long)fresh.TotalMilliseconds), fresh, deadline);
        }
    }
}
