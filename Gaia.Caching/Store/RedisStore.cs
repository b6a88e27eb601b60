using Gaia.Caching.Engine;
using StackExchange.Redis;

namespace Gaia.Caching.Store;

/// <summary>
/// The second level: one Redis string per entry, one command to read it, one script to write it. Every call answers within its deadline and none throws;
/// what Redis cannot say in time is <see cref="StoreAnswer.Unavailable"/>.
/// </summary>
internal sealed class RedisStore(IConnectionMultiplexer redis, CircuitBreaker breaker, RedisClock clock, CachingOptions options)
{
    private readonly IDatabase database = redis.GetDatabase();
    private readonly string prefix = options.KeyPrefix;

    /// <summary>Told of every answer: the region, and how long it took.</summary>
    public event Action<string, TimeSpan>? Asked;

    public bool IsUsable => breaker.IsClosed;

    public RedisClock Clock => clock;

    public async ValueTask<StoreRead> ReadAsync(string key, RegionState region)
    {
        var (answered, value) = await AskAsync(region.Statistics, db => db.StringGetAsync(prefix + key));
        return answered ? Parse(value) : new(StoreAnswer.Unavailable);
    }

    /// <summary>Writes unless something newer stands, or it is later than the deadline on Redis' clock, and gives back the lock in any case.</summary>
    public async ValueTask<StoreWrite> FillAsync(CacheKeyState keyState, Envelope envelope, TimeSpan life, long deadline, string? token = null)
    {
        var value = envelope.Write();
        RedisKey[] keys = token is null ? [prefix + keyState.Key] : [prefix + keyState.Key, LockKey(keyState)];
        var (answered, result) = await AskAsync(
            keyState.Statistics,
            db => db.ScriptEvaluateAsync(Scripts.Fill, keys, [envelope.Version, value, Milliseconds(life), deadline, token ?? ""]));
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
            db => db.ScriptEvaluateAsync(Scripts.Fence, [prefix + key], [version, Milliseconds(region.Declared.TombstoneLife), outbid ? 1 : 0]));
        return answered && TryLong(result, out var current) ? current : null;
    }

    /// <summary>Removes a value, not a tombstone. False: Redis is unavailable.</summary>
    public async ValueTask<bool> ForgetAsync(string key, RegionState region) =>
        (await AskAsync(region.Statistics, db => db.ScriptEvaluateAsync(Scripts.Forget, [prefix + key]))).Answered;

    /// <summary>Takes the lock of a key, and reads the key when it got it.</summary>
    public async ValueTask<(bool Taken, StoreRead Read)> LockAsync(CacheKeyState keyState, string token, TimeSpan lease)
    {
        var (answered, result) = await AskAsync(
            keyState.Statistics,
            db => db.ScriptEvaluateAsync(Scripts.Lock, [prefix + keyState.Key, LockKey(keyState)], [token, Milliseconds(lease)]));
        return !answered || result is null ? (false, new(StoreAnswer.Unavailable))
            : result.Length is 2 ? (true, Parse((RedisValue)result[1]))
            : (false, default);
    }

    public async ValueTask UnlockAsync(CacheKeyState keyState, string token) =>
        await AskAsync(keyState.Statistics, db => db.ScriptEvaluateAsync(Scripts.Unlock, [LockKey(keyState)], [token]));

    private static long Milliseconds(TimeSpan life) => Math.Max(1, (long)life.TotalMilliseconds);

    private static bool TryLong(RedisResult? result, out long value) => long.TryParse((string?)result, out value);

    private static StoreRead Parse(RedisValue value) =>
        value.IsNull || Envelope.Read((byte[])value!) is not { } found ? new(StoreAnswer.Miss)
        : new(found.IsTombstone ? StoreAnswer.Tombstone : StoreAnswer.Hit, found);

    /// <summary>Beside the key on a cluster: braces say which part of a name decides where it lies, and a key that has some of its own keeps them.</summary>
    private RedisKey LockKey(CacheKeyState keyState)
    {
        var key = prefix + keyState.Key;
        return key.AsSpan().ContainsAny('{', '}') ? $"{prefix}lock:{key}" : $"{prefix}lock:{{{key}}}";
    }

    private async ValueTask<(bool Answered, T? Answer)> AskAsync<T>(RegionStatistics statistics, Func<IDatabase, Task<T>> command)
    {
        if (!breaker.IsClosed)
        {
            return default;
        }

        statistics.Commands.Add();
        Task<T>? asked = null;
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            asked = command(database);
            var answer = await asked.WaitAsync(options.RedisDeadline);
            breaker.RecordSuccess();
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
            // No wait was lost. Where one primary of several is gone, the keys of the others are still worth asking for.
            if (!redis.IsConnected)
            {
                breaker.Open("there is no connection");
            }

            return default;
        }
    }
}
