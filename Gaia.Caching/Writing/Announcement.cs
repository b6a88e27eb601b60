namespace Gaia.Caching;

/// <summary>An invalidation on its way to Redis and to the log. It has arrived when both have it, in however many attempts.</summary>
/// <param name="news">What to announce.</param>
/// <param name="outbid">Whether its version is only a stamp, which must be newer than whatever stands in Redis.</param>
internal sealed class Announcement(Invalidation news, bool outbid)
{
    public Invalidation News { get; private set; } = news;

    public bool IsFenced { get; private set; }

    public bool IsPublished { get; private set; }

    public bool HasArrived => IsFenced && IsPublished;

    /// <summary>
    /// Both are told of a row's version at once: whoever hears the log first and asks Redis knows by then what is too old. A stamp waits for Redis, which
    /// may raise it; and so does what has no version, as nothing else keeps the value in Redis from being read again. But when Redis is away the log
    /// hears of it all the same.
    /// </summary>
    public async ValueTask<bool> TryAsync(RedisStore store, RegionMap regions, IInvalidationLog log, CancellationToken ct = default)
    {
        var fencing = FenceAsync(store, regions);
        if (outbid || News.Version is null)
        {
            await fencing;
        }

        IsPublished = IsPublished || await log.PublishAsync(News, ct);
        await fencing;
        return HasArrived;
    }

    private async Task FenceAsync(RedisStore store, RegionMap regions)
    {
        if (IsFenced || News.Key is not { } key)
        {
            // Tags live in the log alone, and a flush has emptied Redis before it is announced.
            IsFenced = true;
        }
        else if (News.Version is not { } version)
        {
            // Who heard of it while Redis was away may have read the value there again.
            IsFenced = await store.ForgetAsync(key, regions.Of(key));
            IsPublished &= !IsFenced;
        }
        else if (await store.FenceAsync(key, regions.Of(key), version, outbid) is { } standing)
        {
            IsFenced = true;
            if (outbid && standing != version)
            {
                // What was published before, while Redis was away, said less.
                (News, IsPublished) = (News with { Version = standing }, false);
            }
        }
    }
}
