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
    /// Redis comes first: who hears the log and asks Redis must not find the old value there. But when Redis is away the log hears of it all the same.
    /// </summary>
    public async ValueTask<bool> TryAsync(RedisStore store, RegionMap regions, IInvalidationLog log, CancellationToken ct = default)
    {
        IsFenced = IsFenced || await FenceAsync(store, regions);
        IsPublished = IsPublished || await log.PublishAsync(News, ct);
        return HasArrived;
    }

    private async ValueTask<bool> FenceAsync(RedisStore store, RegionMap regions)
    {
        if (News.Key is not { } key)
        {
            // Tags live in the log alone, and a flush has emptied Redis before it is announced.
            return true;
        }

        if (News.Version is not { } version)
        {
            return await store.ForgetAsync(key, regions.Of(key));
        }

        if (await store.FenceAsync(key, regions.Of(key), version, outbid) is not { } standing)
        {
            return false;
        }

        News = outbid ? News with { Version = standing } : News;
        return true;
    }
}
