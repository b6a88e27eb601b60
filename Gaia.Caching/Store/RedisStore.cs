using Gaia.Caching.Engine;
using StackExchange.Redis;

namespace Gaia.Caching.Store;

/// <summary>
/// The second level: one Redis string per entry, one command to read it, one script to write it. Every call answers within its deadline and none throws;
/// what Redis cannot say in time is <see cref="StoreAnswer.Unavailable"/>.
/// </summary>
internal sealed class RedisStore(IConnectionMultiplexer redis, RedisPrimaries primaries, RedisClock clock, RedisLedger ledger, CachingOptions options)
{
    private readonly IDatabase database = redis.GetDatabase();
    private readonly string prefix = options.KeyPrefix;

    /// <summary>Told of every answer: the region, and how long it took.</summary>
    public event Action<string, TimeSpan>? Asked;

    /// <summary>Whether any primary is worth asking.</summary>
    public bool IsUsable => primaries.UsedCount > 0;

    /// <summary>Whether values are kept in Redis: at home, whose changes reach it.</summary>
    public bool HoldsValues => options.HomeRegion is null;

    public RedisPrimaries Primaries => primaries;

    /// <summary>Where a key lies, given without the prefix of the environment.</summary>
    public RedisPrimary PrimaryOf(string key) => primaries.Of(prefix + key);

    public RedisClock Clock => clock;

    public async ValueTask<StoreRead> ReadAsync(string key, RegionState region)
    {
        var (answered, value) = await AskAsync(region.Statistics, prefix + key, db => db.StringGetAsync(prefix + key));
        return answered ? Parse(value) : new(StoreAnswer.Unavailable);
    }

    /// <summary>Writes unless something newer stands, or it is later than the deadline on Redis' clock, and gives back the lock in any case.</summary>
    public async ValueTask<StoreWrite> FillAsync(CacheKeyState keyState, Envelope envelope, TimeSpan life, long deadline, string? token = null)
    {
        var value = envelope.Write();
        RedisKey key = prefix + keyState.Key;
        RedisKey[] keys = token is not null && LockKey(keyState) is { } held ? [key, held] : [key];
        var (answered, result) = await AskAsync(
            keyState.Statistics,
            key,
            db => db.ScriptEvaluateAsync(Scripts.Fill, keys, [envelope.Version, value, Milliseconds(life), deadline, token ?? ""]),
            stored => Scripts.CommandsOfFill(TryLong(stored, out var code) && code is -1, keys.Length > 1));
        return !answered || !TryLong(result, out var answer) || answer is -2 ? default
            : answer is -1 ? new(envelope.Version, true)
            : new(answer, false);
    }

    /// <summary>Leaves a tombstone.</summary>
    /// <param name="key">Without the prefix of the environment.</param>
    /// <param name="region">Whose rules hold for it.</param>
    /// <param name="version">The version from which on values are accepted.</param>
    /// <param name="outbid">Whether it must be newer than the version that Redis has.</param>
    /// <returns>The version that Redis has afterwards; null when Redis is unavailable.</returns>
    public async ValueTask<long?> FenceAsync(string key, RegionState region, long version, bool outbid)
    {
        var (answered, result) = await AskAsync(
            region.Statistics,
            prefix + key,
            db => db.ScriptEvaluateAsync(Scripts.Fence, [prefix + key], [version, Milliseconds(region.TombstoneLife), outbid ? 1 : 0]),
            stands => TryLong(stands, out var newer) && newer > version && !outbid ? 1 : 2);
        return answered && TryLong(result, out var current) ? current : null;
    }

    /// <summary>Removes a value, not a tombstone. False: Redis is unavailable.</summary>
    public async ValueTask<bool> ForgetAsync(string key, RegionState region) =>
        (await AskAsync(region.Statistics, prefix + key, db => db.ScriptEvaluateAsync(Scripts.Forget, [prefix + key]), static _ => 2)).Answered;

    /// <summary>Takes the lock of a key, and reads the key when it got it. Unavailable also where the key can have no lock.</summary>
    public async ValueTask<(bool Taken, StoreRead Read)> LockAsync(CacheKeyState keyState, string token, TimeSpan lease)
    {
        if (LockKey(keyState) is not { } held)
        {
            return (false, new(StoreAnswer.Unavailable));
        }

        var (answered, result) = await AskAsync(
            keyState.Statistics,
            prefix + keyState.Key,
            db => db.ScriptEvaluateAsync(Scripts.Lock, [prefix + keyState.Key, held], [token, Milliseconds(lease)]),
            static taken => taken?.Length is 2 ? 2 : 1);
        return !answered || result is null ? (false, new(StoreAnswer.Unavailable))
            : result.Length is 2 ? (true, Parse((RedisValue)result[1]))
            : (false, default);
    }

    public async ValueTask UnlockAsync(CacheKeyState keyState, string token)
    {
        if (LockKey(keyState) is { } held)
        {
            await AskAsync(keyState.Statistics, held, db => db.ScriptEvaluateAsync(Scripts.Unlock, [(RedisKey)held], [token]), static given => TryLong(given, out var count) && count is 1 ? 2 : 1);
        }
    }

    private static long Milliseconds(TimeSpan life) => Math.Max(1, (long)life.TotalMilliseconds);

    private static bool TryLong(RedisResult? result, out long value) => long.TryParse((string?)result, out value);

    private static StoreRead Parse(RedisValue value) =>
        value.IsNull || Envelope.Read((byte[])value!) is not { } found ? new(StoreAnswer.Miss)
        : new(found.IsTombstone ? StoreAnswer.Tombstone : StoreAnswer.Hit, found);

    /// <summary>
    /// Beside the key on a cluster: the text between the first braces decides where a name lies. A key with such a text keeps it, others are put in braces
    /// whole; null where a closing brace of the key's own would end them too early.
    /// </summary>
    private string? LockKey(CacheKeyState keyState)
    {
        var key = prefix + keyState.Key;
        var open = key.IndexOf('{', StringComparison.Ordinal);
        return open >= 0 && key.IndexOf('}', open) > open + 1 ? $"{prefix}lock:{key}"
            : key.Contains('}', StringComparison.Ordinal) ? null
            : $"{prefix}lock:{{{key}}}";
    }

    /// <param name="inside">How many commands a script ran, by its answer.</param>
    private async ValueTask<(bool Answered, T? Answer)> AskAsync<T>(RegionStatistics statistics, RedisKey key, Func<IDatabase, Task<T>> command, Func<T, int>? inside = null)
    {
        var primary = primaries.Of(key);
        var breaker = primary.Breaker;
        if (!breaker.IsClosed || !HoldsValues)
        {
            return default;
        }

        statistics.Commands.Add();
        ledger.Count(statistics.Region);
        Task<T>? asked = null;
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            asked = command(database);
            var answer = await asked.WaitAsync(options.RedisDeadline);
            breaker.RecordSuccess();
            if (inside is not null)
            {
                ledger.Count(statistics.Region, inside(answer));
            }

            Asked?.Invoke(statistics.Region, TimeProvider.System.GetElapsedTime(began));
            return (true, answer);
        }
        catch (RedisServerException error)
        {
            // A refusal came in time. A key of another type holds no value; whatever else Redis does not like is none of this key's.
            breaker.RecordSuccess();
            return (error.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal), default);
        }
        catch (TimeoutException)
        {
            // A late answer may still fail; nobody waits for it, and the finalizer must not report it.
            _ = asked?.ContinueWith(static late => late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
            breaker.RecordTimeout();
            return default;
        }
        catch (Exception error) when (error is RedisException or ObjectDisposedException or OperationCanceledException)
        {
            // No wait was lost.
            if (!primaries.IsConnected(primary))
            {
                breaker.Open("there is no connection");
            }

            return default;
        }
    }
}
