using Gaia.Caching.Engine;
using Gaia.Caching.Log;
using Gaia.Caching.Store;
using Gaia.Messaging;

namespace Gaia.Caching.Writing;

/// <summary>An invalidation on its way to Redis and to the log. It has arrived when both have it, in however many attempts.</summary>
/// <param name="invalidation">What to announce.</param>
/// <param name="outbid">Whether its version is only a timestamp, which must not be older than whatever stands in Redis.</param>
/// <param name="obsoleteAt">From when on nothing older than the change can be in Redis any more, on the <see cref="Clock"/>.</param>
internal sealed class Announcement(Invalidation invalidation, bool outbid, long obsoleteAt)
{
    private readonly Lock gate = new();
    private Task<bool>? attempt;

    public Invalidation Invalidation { get; private set; } = invalidation;

    public bool IsFenced { get; private set; }

    public bool IsPublished { get; private set; }

    public bool HasArrived => IsFenced && IsPublished;

    /// <summary>Nothing is left to do: both have it, or the log has it and Redis was unavailable for so long that it holds nothing older.</summary>
    public bool IsDone(long now) => IsPublished && (IsFenced || now >= obsoleteAt);

    /// <summary>
    /// Both are told of a row's version at once: whoever hears the log first and asks Redis knows by then what is too old. A timestamp waits for Redis, which
    /// may raise it; and so does what has no version, as nothing else keeps the value in Redis from being read again. But when Redis is unavailable the log
    /// hears of it all the same, and once more when Redis has the fence.
    /// </summary>
    /// <remarks>Whoever asks while an attempt is under way gets that one. Away from home, where Redis holds no values, the log is enough.</remarks>
    public Task<bool> TryAsync(RedisStore store, RegionMap regions, IInvalidationLog log, CancellationToken ct = default)
    {
        lock (gate)
        {
            return attempt is { IsCompleted: false } running ? running : attempt = AttemptAsync(store, regions, log, ct);
        }
    }

    private async Task<bool> AttemptAsync(RedisStore store, RegionMap regions, IInvalidationLog log, CancellationToken ct)
    {
        if (HasArrived)
        {
            return true;
        }

        var fencing = FenceAsync(store, regions);
        if (outbid || Invalidation.Version is null || IsPublished)
        {
            await fencing;
        }

        // A timestamp that Redis has not compared with others may be the lower one though it is the newer.
        IsPublished = IsPublished || await log.PublishAsync(outbid && !IsFenced ? Invalidation with { IsUnconfirmed = true } : Invalidation, ct);
        await fencing;
        return HasArrived || (IsPublished && !store.HoldsValues);
    }

    private async Task FenceAsync(RedisStore store, RegionMap regions)
    {
        if (IsFenced || Invalidation.Key is not { } key)
        {
            // A flush has emptied Redis before it is announced.
            IsFenced = true;
            return;
        }

        var early = IsPublished;
        if (Invalidation.Version is not { } version)
        {
            IsFenced = await store.ForgetAsync(key, regions.Of(key));
        }
        else if (await store.FenceAsync(key, regions.Of(key), version, outbid) is { } current)
        {
            IsFenced = true;
            Invalidation = outbid ? Invalidation with { Version = current } : Invalidation;
        }

        if (early && IsFenced)
        {
            // A node that applied it, or lost it with the log's tail, while Redis was unavailable may have read the old value there again.
            IsPublished = false;
        }
    }
}
