namespace Gaia.Caching;

/// <summary>Flies a flight: Redis first, then the source, in turn with the other nodes; what it brings is kept under the fencing rules.</summary>
internal sealed class Loader(CacheNode node, ClusterTurn cluster)
{
    /// <param name="slot">The key.</param>
    /// <param name="flight">Lands or crashes when this ends; this itself never throws.</param>
    /// <param name="ask">The rules to load by.</param>
    /// <param name="load">The source.</param>
    public async Task FlyAsync<T>(Slot slot, Flight<T> flight, Ask ask, Func<CancellationToken, ValueTask<T>> load)
    {
        string? turn = null;
        try
        {
            var deadline = node.Store.Clock.Now + (long)RedisStore.FillLimit.TotalMilliseconds;
            if (ask.ReadsStore && Accept(await node.Store.ReadAsync(slot.Key, slot.Live)) is { } stored)
            {
                flight.Land(stored);
                return;
            }

            if (!ask.Loads)
            {
                // Nobody may join it any more: Redis can have the value a moment later.
                slot.Detach(flight);
                flight.Land(new Entry<T>(default!, slot.VersionOfLoad(flight, null), default, 0));
                return;
            }

            if (ask.ReadsStore && ask.WritesStore)
            {
                (turn, var foundMeanwhile) = await cluster.TakeAsync(slot, Accept, flight.Abandoned);
                if (foundMeanwhile is not null)
                {
                    flight.Land(foundMeanwhile);
                    return;
                }
            }

            flight.BeginLoad();
            var value = await load(flight.Abandoned);
            if (Keep(slot, flight, ask, value) is { } fill)
            {
                var written = await node.Store.FillAsync(slot, fill.Envelope, fill.Life, deadline, turn);
                turn = null;
                Heed(slot, written);
            }
        }
        catch (Exception error)
        {
            slot.Statistics.Failures.Add(flight.Abandoned.IsCancellationRequested ? 0 : 1);
            slot.Detach(flight);
            flight.Crash(error);
        }
        finally
        {
            if (turn is not null)
            {
                await node.Store.UnlockAsync(slot, turn);
            }
        }

        Entry<T>? Accept(StoreRead read) => this.Accept(slot, flight, ask, read);
    }

    /// <summary>Lands the flight, and keeps the value in memory if it may be kept.</summary>
    /// <returns>What is to be written to Redis; null: nothing.</returns>
    private (Envelope Envelope, TimeSpan Life)? Keep<T>(Slot slot, Flight<T> flight, Ask ask, T value)
    {
        var (now, utc) = (node.Clock.Now, node.Clock.Time.GetUtcNow());
        var data = ask.WritesStore ? node.Json.Write(value, slot) : [];
        var own = OwnVersion(slot, value);
        var fresh = Lifetimes.Fresh(ask, value, utc);
        var kept = Lifetimes.Kept(ask, value, fresh, utc);
        var entry = new Entry<T>(value, slot.VersionOfLoad(flight, own), Lifetimes.Of(ask, flight.Began, now, fresh, kept), data.Length);

        slot.Statistics.Fills.Add();
        var accepted = slot.Store(entry, flight, own is not null, ask.WritesMemory);
        flight.Land(entry);
        if (!accepted)
        {
            slot.Statistics.Refused.Add();
            return null;
        }

        node.Slots.Settle(slot);
        return ask.WritesStore && fresh > TimeSpan.Zero
            ? (new Envelope { Version = entry.Version, FreshUntil = node.Store.Clock.Now + (long)fresh.TotalMilliseconds, Data = data }, fresh)
            : null;
    }

    /// <summary>Redis may have heard of a change that the log has yet to bring here.</summary>
    private void Heed(Slot slot, StoreWrite written)
    {
        if (written is { Stored: false, Standing: { } newer })
        {
            slot.Statistics.Refused.Add();
            slot.Invalidate(newer, KeepFenceUntil(slot));
        }
    }

    /// <summary>Keeps and returns what Redis holds; null when it is of no use.</summary>
    private Entry<T>? Accept<T>(Slot slot, Flight<T> flight, Ask ask, StoreRead read)
    {
        if (read.Answer is StoreAnswer.Tombstone && node.Rules.LearnsFromTombstones)
        {
            slot.Learn(flight, read.Envelope.Version, KeepFenceUntil(slot));
        }

        if (read.Answer is not StoreAnswer.Hit || !node.Rules.MayKeep(read.Envelope.Version, slot.Fence))
        {
            return null;
        }

        if (!node.Json.TryRead<T>(read.Envelope.Data, out var value))
        {
            return null;
        }

        var fresh = TimeSpan.FromMilliseconds(read.Envelope.FreshUntil - node.Store.Clock.Now);
        var life = Lifetimes.Of(ask, flight.Began, node.Clock.Now, fresh, fresh + ask.Region.FailSafe);
        if (fresh <= TimeSpan.Zero)
        {
            return null;
        }

        var entry = new Entry<T>(value, read.Envelope.Version, life, read.Envelope.Data.Length);
        if (!slot.Store(entry, flight, versioned: true, ask.WritesMemory))
        {
            return null;
        }

        node.Slots.Settle(slot);
        slot.Statistics.StoreHits.Add();
        return entry;
    }

    private static long? OwnVersion<T>(Slot slot, T value)
    {
        var version = slot.Region.VersionOf(value);
        return version is null or (>= 0 and < Envelope.VersionLimit) ? version : throw new InvalidOperationException(
            $"The value of cache key '{slot.Key}' has version {version}; versions are from 0 to {Envelope.VersionLimit - 1}.");
    }

    private long KeepFenceUntil(Slot slot) => node.Clock.Now + (long)RedisStore.TombstoneLife(slot.Region).TotalMilliseconds;
}
