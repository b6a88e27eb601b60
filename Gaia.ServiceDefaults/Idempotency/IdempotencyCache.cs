using System.Collections.Concurrent;
using System.Text.Json;
using Gaia.Caching.Store;
using StackExchange.Redis;

namespace Gaia;

/// <summary>
/// Responses of idempotency keys in Redis, so that most repeated requests do not reach Postgres. Never waits longer for Redis than the cache does, and
/// skips a primary of Redis for a second after it did not answer.
/// </summary>
/// <param name="primaries">Only a service with a cache knows them; elsewhere all count as one.</param>
internal sealed class IdempotencyCache(IConnectionMultiplexer redis, RedisLedger ledger, TimeProvider clock, RedisPrimaries? primaries = null)
{
    /// <summary>The deadline of Gaia.Caching for one command.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(50);

    private const string LedgerName = "idempotency";

    private static readonly TimeSpan Break = TimeSpan.FromSeconds(1);

    /// <summary>By primary.</summary>
    private readonly ConcurrentDictionary<string, long> brokenUntil = new();

    public async Task<StoredResponse?> FindAsync(string name)
    {
        if (IsBroken(name))
        {
            return null;
        }

        try
        {
            ledger.Count(LedgerName);
            var found = (byte[]?)await redis.GetDatabase().StringGetAsync(name).WaitAsync(Deadline, clock);
            return found is null ? null : StoredResponse.Parse(found);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or JsonException)
        {
            if (e is TimeoutException)
            {
                primaries?.ReportTimeout(name);
            }

            brokenUntil[PrimaryOf(name)] = clock.GetTimestamp() + (long)(Break.TotalSeconds * clock.TimestampFrequency);
            return null;
        }
    }

    /// <summary>Sends the response to Redis without waiting for it.</summary>
    public void Add(string name, StoredResponse response)
    {
        if (!IsBroken(name))
        {
            ledger.Count(LedgerName);
            _ = redis.GetDatabase().StringSetAsync(name, response.ToJson(), IdempotencyKey.Lifetime, flags: CommandFlags.FireAndForget);
        }
    }

    private bool IsBroken(string name) => !brokenUntil.IsEmpty && brokenUntil.TryGetValue(PrimaryOf(name), out var until) && clock.GetTimestamp() < until;

    private string PrimaryOf(string name) => primaries?.AddressOf(name)?.ToString() ?? "";
}
