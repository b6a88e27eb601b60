using StackExchange.Redis;

namespace Gaia.Caching;

/// <summary>All keys of the cache in Redis, page by page on every primary: SCAN and UNLINK, which block nobody for long, and never KEYS.</summary>
internal sealed class RedisKeys(IConnectionMultiplexer redis, string prefix)
{
    private const int PageSize = 500;

    /// <summary>One page of keys that match, without the prefix of the environment.</summary>
    /// <param name="pattern">See <see cref="KeyPattern"/>.</param>
    /// <param name="cursor">Where the page before ended: primary and position.</param>
    /// <param name="count">About how many keys to look at.</param>
    /// <exception cref="ArgumentException">The cursor is not one of this method's.</exception>
    public async Task<(IReadOnlyList<string> Keys, string? Next)> PageAsync(string pattern, string? cursor, int count)
    {
        var (index, position) = Parse(cursor);
        var primaries = Primaries();
        if (index >= primaries.Length)
        {
            return ([], null);
        }

        var reply = await primaries[index].ExecuteAsync("SCAN", position, "MATCH", KeyPattern.ForRedis(prefix, pattern), "COUNT", count);
        var next = (string)reply[0]!;
        var keys = ((string[])reply[1]!).Select(key => key[prefix.Length..]).ToArray();
        return (keys, next != "0" ? $"{index}-{next}" : index + 1 < primaries.Length ? $"{index + 1}-0" : null);
    }

    /// <summary>Unlinks everything that matches.</summary>
    /// <returns>How many keys there were.</returns>
    public async Task<long> UnlinkAsync(string pattern, CancellationToken ct)
    {
        var removed = 0L;
        var database = redis.GetDatabase();
        string? cursor = null;
        do
        {
            (var keys, cursor) = await PageAsync(pattern, cursor, PageSize);

            // One key per command: on a cluster keys of one primary may still lie in different hash slots.
            var unlinked = await Task.WhenAll(keys.Select(key => database.ExecuteAsync("UNLINK", (RedisKey)(prefix + key))));
            removed += unlinked.Sum(reply => (long)reply);
            ct.ThrowIfCancellationRequested();
        }
        while (cursor is not null);
        return removed;
    }

    public async Task<(TimeSpan? Ttl, long Size)> MeasureAsync(string key)
    {
        var database = redis.GetDatabase();
        var ttl = database.KeyTimeToLiveAsync(prefix + key);
        var size = database.ExecuteAsync("MEMORY", "USAGE", (RedisKey)(prefix + key));
        return (await ttl, (await size).IsNull ? 0 : (long)await size);
    }

    private IServer[] Primaries() =>
        [.. redis.GetServers().Where(server => server.IsConnected && !server.IsReplica).OrderBy(server => server.EndPoint.ToString(), StringComparer.Ordinal)];

    private static (int Index, string Position) Parse(string? cursor)
    {
        if (cursor is null)
        {
            return (0, "0");
        }

        return cursor.Split('-') is [var index, var position] && int.TryParse(index, out var primary) && primary >= 0 && ulong.TryParse(position, out _)
            ? (primary, position)
            : throw new ArgumentException("Not a cursor of this listing.", nameof(cursor));
    }
}
