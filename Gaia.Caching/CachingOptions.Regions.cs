using Gaia.Caching.Consistency;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Writing;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Caching;

/// <summary>The regions, and what is done with each: loading, warming and auditing.</summary>
public sealed partial class CachingOptions
{
    /// <summary>Adds a region that another service reads.</summary>
    public CachingOptions Region(ExternalRegion region)
    {
        Regions.Add(region);
        return this;
    }

    /// <summary>Adds a region whose callers bring their own source.</summary>
    public CachingOptions Region<TKey, TValue>(Region<TKey, TValue> region)
        where TKey : notnull
        where TValue : class => Add<TKey, TValue>(region, null);

    /// <summary>
    /// Adds a region with its source: <c>o.Region(Personas, (ChatDb db, Guid id, CancellationToken ct) => db.Personas…SingleOrDefaultAsync(ct))</c>.
    /// Each load has a scope of services of its own, because it may outlive the request that began it.
    /// </summary>
    /// <param name="region">The declaration.</param>
    /// <param name="load">Loads the value of a key; null when there is none.</param>
    public CachingOptions Region<TKey, TValue, TSource>(Region<TKey, TValue> region, Func<TSource, TKey, CancellationToken, Task<TValue?>> load)
        where TKey : notnull
        where TValue : class
        where TSource : notnull => Add(region, root => async (key, ct) =>
        {
            await using var scope = root.CreateAsyncScope();
            return await load(scope.ServiceProvider.GetRequiredService<TSource>(), key, ct);
        });

    /// <summary>Says which keys of a region are worth reading ahead when somebody asks to warm the cache.</summary>
    public CachingOptions Warm<TKey, TValue, TSource>(Region<TKey, TValue> region, Func<TSource, CancellationToken, Task<IReadOnlyList<TKey>>> keys)
        where TKey : notnull
        where TValue : class
        where TSource : notnull
    {
        Warmers.Add(async (root, ct) =>
        {
            await using var scope = root.CreateAsyncScope();
            var cache = root.GetRequiredKeyedService<RegionCache<TKey, TValue>>(region.Name);
            return await cache.WarmAsync(await keys(scope.ServiceProvider.GetRequiredService<TSource>(), ct), ct);
        });
        return this;
    }

    /// <summary>
    /// Has a node that starts load what was hot from the region's source, as far as Redis does not have it. The keys' texts must be what their type parses.
    /// </summary>
    /// <param name="region">The declaration, which has a source here.</param>
    public CachingOptions WarmHot<TKey, TValue>(Region<TKey, TValue> region)
        where TKey : notnull, IParsable<TKey>
        where TValue : class
    {
        SourceReaders[region.Name] = root =>
        {
            var cache = root.GetRequiredKeyedService<RegionCache<TKey, TValue>>(region.Name);
            return (text, ct) => KeyText.TryParse(region, text, out var key) ? cache.GetAsync(key, ct).AsTask() : Task.CompletedTask;
        };
        return this;
    }

    /// <summary>
    /// Has the values of a region compared with its source again and again, on every node. Belongs into the service that owns the rows, whose outbox commits
    /// their invalidations. The keys' texts must be what their type parses.
    /// </summary>
    /// <param name="region">The declaration, which has a source here.</param>
    public CachingOptions Audit<TKey, TValue>(Region<TKey, TValue> region)
        where TKey : notnull, IParsable<TKey>
        where TValue : class
    {
        Audited[region.Name] = root => new LoadedRegion<TKey, TValue>(root.GetRequiredKeyedService<RegionCache<TKey, TValue>>(region.Name), Json);
        return this;
    }

    /// <summary>The same by row versions, which cost one query for many keys.</summary>
    /// <param name="region">The declaration.</param>
    /// <param name="versions">Finds the versions of rows; those that do not exist are left out.</param>
    public CachingOptions Audit<TKey, TValue, TSource>(Region<TKey, TValue> region, Func<TSource, IReadOnlyCollection<TKey>, CancellationToken, Task<Dictionary<TKey, long>>> versions)
        where TKey : notnull, IParsable<TKey>
        where TValue : class
        where TSource : notnull
    {
        Audited[region.Name] = root => new VersionedRegion<TKey, TValue>(region, async (keys, ct) =>
        {
            await using var scope = root.CreateAsyncScope();
            return await versions(scope.ServiceProvider.GetRequiredService<TSource>(), keys, ct);
        });
        return this;
    }

    private CachingOptions Add<TKey, TValue>(Region<TKey, TValue> region, Func<IServiceProvider, Func<TKey, CancellationToken, Task<TValue?>>>? source)
        where TKey : notnull
        where TValue : class
    {
        Regions.Add(region);
        StoreReaders[region.Name] = provider => provider.GetRequiredKeyedService<RegionCache<TKey, TValue>>(region.Name).ReadStoreAsync;
        services.AddKeyedSingleton(region.Name, (provider, _) => new RegionCache<TKey, TValue>(
            region,
            provider.GetRequiredService<CacheNode>(),
            provider.GetRequiredService<Reader>(),
            provider.GetRequiredService<Invalidator>(),
            source?.Invoke(provider)));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<RegionCache<TKey, TValue>>(region.Name));
        return this;
    }
}
