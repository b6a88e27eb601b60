using System.Text.Json;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;

namespace Gaia.Caching.Consistency;

/// <summary>A region whose source is here, asked by the text of its keys.</summary>
internal abstract class AuditedRegion(Region region)
{
    public Region Region => region;

    /// <summary>Whether the source has to load values to be compared, one by one.</summary>
    public abstract bool IsLoaded { get; }

    /// <summary>What the source says now. A text that is no key of the region is left out.</summary>
    public abstract Task<Dictionary<string, SourceState>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct);

    /// <summary>The typed keys of those texts that are keys, by their text.</summary>
    protected static Dictionary<string, TKey> Parse<TKey, TValue>(Region<TKey, TValue> region, IEnumerable<string> keys)
        where TKey : notnull, IParsable<TKey>
        where TValue : class
    {
        Dictionary<string, TKey> parsed = [];
        foreach (var key in keys)
        {
            if (KeyText.TryParse(region, key, out var typed))
            {
                parsed[key] = typed;
            }
        }

        return parsed;
    }
}

/// <summary>Compared by row versions, which are asked for many rows at once.</summary>
internal sealed class VersionedRegion<TKey, TValue>(
    Region<TKey, TValue> region,
    Func<IReadOnlyCollection<TKey>, CancellationToken, Task<Dictionary<TKey, long>>> versions) : AuditedRegion(region)
    where TKey : notnull, IParsable<TKey>
    where TValue : class
{
    private readonly Region<TKey, TValue> region = region;

    public override bool IsLoaded => false;

    public override async Task<Dictionary<string, SourceState>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        var parsed = Parse(region, keys);
        var found = parsed.Count is 0 ? [] : await versions([.. parsed.Values], ct);
        return parsed.ToDictionary(key => key.Key, key => found.TryGetValue(key.Value, out var version) ? new SourceState(version, true) : new(null, false));
    }
}

/// <summary>Compared by the JSON of values, as the source would load them now.</summary>
internal sealed class LoadedRegion<TKey, TValue>(RegionCache<TKey, TValue> cache, JsonSerializerOptions json) : AuditedRegion(cache.Region)
    where TKey : notnull, IParsable<TKey>
    where TValue : class
{
    public override bool IsLoaded => true;

    public override async Task<Dictionary<string, SourceState>> ReadAsync(IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        Dictionary<string, SourceState> states = [];
        foreach (var (text, key) in Parse(cache.Region, keys))
        {
            var value = await cache.ReadSourceAsync(key, ct);
            states[text] = new(Digest: ValueDigest.Of(JsonSerializer.SerializeToUtf8Bytes(value, json)));
        }

        return states;
    }
}
