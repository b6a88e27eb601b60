using System.Collections.Concurrent;
using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;

namespace Gaia.Caching.Writing;

/// <summary>Makes invalidations true: first on this node, then in Redis, then on every node by way of the log.</summary>
internal sealed class Invalidator(CacheNode node, IInvalidationLog log)
{
    private readonly ConcurrentDictionary<Announcement, bool> unsent = new();

    /// <summary>Announcements that wait for Redis or for the log to come back.</summary>
    public int Unsent => unsent.Count;

    /// <summary>What the log says, or what this node has just done itself.</summary>
    public void Apply(Invalidation invalidation)
    {
        if (invalidation is { Key: { } key, Version: { } version })
        {
            Fence(key, version, invalidation.IsUnconfirmed);
        }
        else if (invalidation.Key is { } dropped)
        {
            node.Keys.Find(dropped)?.Drop();
        }
        else if (invalidation.Pattern is { } pattern)
        {
            node.Keys.Drop(keyState => KeyPattern.Matches(pattern, keyState.Key));
        }
    }

    /// <summary>The log lost entries before this node could apply them: nothing in memory is certain.</summary>
    public void ForgetAll() => node.Keys.Drop(static _ => true);

    /// <summary>
    /// The source of a key has changed. Without a row's version the change gets a timestamp; in a region of row versions, where timestamps would mean nothing,
    /// the value is forgotten and the next load decides.
    /// </summary>
    /// <returns>The version from which on values are accepted; null: the value was only forgotten.</returns>
    public ValueTask<long?> InvalidateAsync(string key, long? version, CancellationToken ct) =>
        AnnounceAsync(WithTimestamp(CacheKey.Checked(key), version is { } own ? Envelope.Checked(own) : null), version is null, ct);

    /// <summary>Applies news here at once, then tells Redis and the log; what they do not take now is tried again in the background.</summary>
    public async ValueTask<long?> AnnounceAsync(Invalidation invalidation, bool outbid, CancellationToken ct)
    {
        Apply(invalidation);
        var announcement = Announce(invalidation, outbid);
        await SendAsync(announcement, ct);
        return announcement.Invalidation.Version;
    }

    /// <summary>An announcement that has yet to be sent.</summary>
    /// <param name="invalidation">What to announce.</param>
    /// <param name="outbid">Whether its version is only a timestamp.</param>
    /// <param name="age">How long ago the change was.</param>
    public Announcement Announce(Invalidation invalidation, bool outbid, TimeSpan age = default)
    {
        var life = invalidation.Key is { } key ? node.Regions.Of(key).TombstoneLife : node.Regions.LongestFence;
        return new(invalidation, outbid, node.Clock.Now + (long)(life - age).TotalMilliseconds);
    }

    /// <summary>Tells Redis and the log; what they do not take now is tried again in the background.</summary>
    public async Task SendAsync(Announcement announcement, CancellationToken ct)
    {
        var arrived = false;
        try
        {
            arrived = await announcement.TryAsync(node.Store, node.Regions, log, ct);
        }
        finally
        {
            if (!arrived)
            {
                unsent.TryAdd(announcement, true);
            }
        }
    }

    /// <summary>An invalidation of a key, with a timestamp where it has no version and its region goes by timestamps.</summary>
    /// <param name="key">The key.</param>
    /// <param name="version">The row's version, if it has one.</param>
    /// <param name="timestamp">The timestamp to take; zero: the next of this node.</param>
    public Invalidation WithTimestamp(string key, long? version, long timestamp = 0) => new()
    {
        Key = key,
        Version = version ?? (node.Regions.Of(key).Declared.Versioned ? null : timestamp > 0 ? timestamp : node.Timestamps.Next()),
    };

    /// <summary>Tries again what could not be announced.</summary>
    public async Task RetryAsync(CancellationToken ct)
    {
        await Task.WhenAll(unsent.Keys.Select(async announcement =>
        {
            if (await announcement.TryAsync(node.Store, node.Regions, log, ct) || announcement.IsDone(node.Clock.Now))
            {
                unsent.TryRemove(announcement, out _);
            }
        }));
    }

    /// <summary>Writes this node's live fences to a primary again, which may have lost them in a restart or a failover to a replica that lagged.</summary>
    /// <returns>False: it did not take them all.</returns>
    public async Task<bool> ReapplyFencesAsync(RedisPrimary primary)
    {
        if (!node.Store.HoldsValues)
        {
            return true;
        }

        foreach (var batch in node.Keys.All.Where(keyState => keyState.IsFenced(node.Clock.Now) && node.Store.PrimaryOf(keyState.Key) == primary).Chunk(200))
        {
            var versions = await Task.WhenAll(batch.Select(keyState => node.Store.FenceAsync(keyState.Key, keyState.Live, keyState.Fence, outbid: false).AsTask()));
            if (versions.Contains(null))
            {
                return false;
            }
        }

        return true;
    }

    private void Fence(string key, long version, bool outbid)
    {
        var region = node.Regions.Of(key);
        region.Statistics.Invalidations.Add();
        if (!region.Declared.Versioned)
        {
            node.Timestamps.Saw(version);
        }

        CacheKeyState keyState;
        do
        {
            // A key state may leave the table at this very moment; its successor has to know the fence then.
            keyState = node.Keys.Get(key);
            keyState.Invalidate(version, node.Clock.Now + (long)region.TombstoneLife.TotalMilliseconds, outbid);
        }
        while (keyState.Retired);
    }
}
