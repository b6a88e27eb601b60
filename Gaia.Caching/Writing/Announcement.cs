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
    /// hears of it all the same, and once more when Redis has the fence.
    /// </summary>
    public async ValueTask<bool> TryAsync(RedisStore store, RegionMap regions, IInvalidationLog log, CancellationToken ct = default)
    {
        var fencing = FenceAsync(store, regions);
        if (outbid || News.Version is null || IsPublished)
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
            return;
        }

        var early = IsPublished;
        if (News.Version is not { } version)
        {
            IsFenced = await store.ForgetAsync(key, regions.Of(key));
        }
        else if (await store.FenceAsync(key, regions.Of(key), version, outbid) is { } standing)
        {
            IsFenced = true;
            News = outbid ? News with { Version = standing } : News;
        }

        if (early && IsFenced)
        {
            // Who heard of it, or lost it with the log's tail, while Redis was away may have read the old value there again.
            IsPublished = false;
        }
    }
}
