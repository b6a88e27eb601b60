using System.Text.Json;
using StackExchange.Redis;

namespace Gaia;

/// <summary>
/// Responses of idempotency keys in Redis, so that most repeated requests do not reach Postgres. Never waits longer for Redis than the cache does, and
/// skips Redis for a second after it did not answer.
/// </summary>
internal sealed class IdempotencyCache(IConnectionMultiplexer redis, TimeProvider clock)
{
    /// <summary>The deadline of Gaia.Caching for one command.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    private long brokenUntil = long.MinValue;

    public async Task<StoredResponse?> FindAsync(string name)
    {
        if (IsBroken)
        {
            return null;
        }

        try
        {
            var found = (byte[]?)await redis.GetDatabase().StringGetAsync(name).WaitAsync(Deadline, clock);
            return found is null ? null : StoredResponse.Parse(found);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or JsonException)
        {
            Volatile.Write(ref brokenUntil, clock.GetTimestamp() + (long)(Break.TotalSeconds * clock.TimestampFrequency));
            return null;
        }
    }

    /// <summary>Sends the response to Redis without waiting for it.</summary>
    public void Add(string name, StoredResponse response)
    {
        if (!IsBroken)
        {
            _ = redis.GetDatabase().StringSetAsync(name, response.ToJson(), IdempotencyKey.Lifetime, flags: CommandFlags.FireAndForget);
        }
    }

    private bool IsBroken => clock.GetTimestamp() < Volatile.Read(ref brokenUntil);
}
