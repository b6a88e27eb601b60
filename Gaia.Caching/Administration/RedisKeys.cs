using Gaia.Caching.Engine;
using Gaia.Caching.Store;
using StackExchange.Redis;

namespace Gaia.Caching.Administration;

/// <summary>All keys of the cache in Redis, page by page on every primary: SCAN and UNLINK, which block nobody for long, and never KEYS.</summary>
internal sealed class RedisKeys(IConnectionMultiplexer redis, RedisPrimaries all, RedisLedger ledger, CachingOptions options)
{
    private const int StepSize = 500;
    private const string LedgerName = "cache.keys";

    private readonly string prefix = options.KeyPrefix;

    /// <summary>
    /// One page of keys that match, without the prefix of the environment. It is shorter than the limit only at the end, however many steps of SCAN show
    /// nothing: only then does it say that there is no next one. As SCAN does, it may show a key twice while others come and go, but misses none that stays.
    /// </summary>
    /// <param name="pattern">See <see cref="KeyPattern"/>.</param>
    /// <param name="cursor">What the page before gave as the next.</param>
    /// <param name="limit">How many keys at most.</param>
    /// <param name="ct">Ends the search.</param>
    /// <exception cref="ArgumentException">The cursor is not one of this method's.</exception>
    /// <exception cref="RedisException">Redis is unavailable.</exception>
    public async Task<(IReadOnlyList<string> Keys, string? Next)> PageAsync(string pattern, string? cursor, int limit, CancellationToken ct)
    {
        var primaries = Primaries();
        List<string> keys = [];
        var count = StepSize;
        for (var at = ScanPosition.Parse(cursor); at is not null && at.Primary < primaries.Length;)
        {
            ct.ThrowIfCancellationRequested();
            var (found, next) = await StepAsync(primaries, pattern, at, count);
            var unseen = found.Where(key => !at.HasShown(key)).ToArray();
            var room = limit - keys.Count;
            if (unseen.Length > room && count > 1)
            {
                // In smaller steps, down to one bucket: a position within it holds on to the few keys already shown, as Redis may order them anew.
                count /= 2;
                continue;
            }

            keys.AddRange(unseen.Take(room));
            if (unseen.Length > room)
            {
                return (keys, at.Showing(unseen.Take(room)).ToString());
            }

            at = next;
            if (keys.Count == limit)
            {
                return (keys, at?.ToString());
            }
        }

        return (keys, null);
    }

    /// <summary>How many keys match; a key that SCAN shows twice counts once.</summary>
    /// <exception cref="RedisException">Redis is unavailable.</exception>
    public async Task<long> CountAsync(string pattern, CancellationToken ct)
    {
        HashSet<string> seen = [];
        var primaries = Primaries();
        for (var at = ScanPosition.Start; at is not null;)
        {
            ct.ThrowIfCancellationRequested();
            (var keys, at) = await StepAsync(primaries, pattern, at, StepSize);
            seen.UnionWith(keys);
        }

        return seen.Count;
    }

    /// <summary>Unlinks everything that matches.</summary>
    /// <returns>How many keys there were.</returns>
    /// <exception cref="RedisException">Redis is unavailable.</exception>
    public async Task<long> UnlinkAsync(string pattern, CancellationToken ct)
    {
        var removed = 0L;
        var primaries = Primaries();
        var database = redis.GetDatabase();
        for (var at = ScanPosition.Start; at is not null;)
        {
            ct.ThrowIfCancellationRequested();
            (var keys, at) = await StepAsync(primaries, pattern, at, StepSize);

            // One key per command: on a cluster keys of one primary may still lie in different hash slots.
            ledger.Count(LedgerName, keys.Length);
            var unlinked = await Task.WhenAll(keys.Select(key => database.ExecuteAsync("UNLINK", (RedisKey)(prefix + key))));
            removed += unlinked.Sum(reply => (long)reply);
        }

        return removed;
    }

    /// <summary>How long a key will live yet, null for ever, and the bytes it takes; null when it is gone.</summary>
    public async Task<(TimeSpan? Ttl, long? Size)> MeasureAsync(string key)
    {
        var database = redis.GetDatabase();
        ledger.Count(LedgerName, 2);
        var ttl = database.KeyTimeToLiveAsync(prefix + key);
        var size = database.ExecuteAsync("MEMORY", "USAGE", (RedisKey)(prefix + key));
        return (await ttl, (long?)await size);
    }

    private async Task<(string[] Keys, ScanPosition? Next)> StepAsync(IServer[] primaries, string pattern, ScanPosition at, int count)
    {
        ledger.Count(LedgerName);
        var reply = await primaries[at.Primary].ExecuteAsync("SCAN", at.Cursor, "MATCH", KeyPattern.ForRedis(prefix, pattern), "COUNT", count);
        var cursor = ulong.Parse((string)reply[0]!, System.Globalization.CultureInfo.InvariantCulture);
        var keys = ((string[])reply[1]!).Select(key => key[prefix.Length..]).Where(key => KeyPattern.Matches(pattern, key)).ToArray();
        return (keys, cursor > 0 ? new(at.Primary, cursor) : at.Primary + 1 < primaries.Length ? new(at.Primary + 1, 0) : null);
    }

    /// <summary>All of them: a listing or a flush without one of a cluster would pass for a whole one.</summary>
    private IServer[] Primaries() =>
        [.. all.All.Select(primary => all.ServersOf(primary) is [var server, ..] ? server : throw new RedisException($"There is no connection to {primary.Address?.ToString() ?? "Redis"}."))];
}
