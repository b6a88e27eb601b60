using System.Text.Json;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Gaia.Chat.Idempotency;

/// <summary>Keeps answers in Redis, for every node to find. While Redis is away, a repeated request is a new one.</summary>
internal sealed class IdempotencyStore(IDistributedCache responses, IConnectionMultiplexer redis)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // Longer than any answer takes, and short enough for whoever repeats a request after the node that had it died.
    private static readonly TimeSpan Claimed = TimeSpan.FromMinutes(2);

    public async Task<StoredResponse?> Find(string key, CancellationToken ct)
    {
        try
        {
            return await responses.GetAsync(key, ct) is { } stored ? JsonSerializer.Deserialize<StoredResponse>(stored) : null;
        }
        catch (Exception e) when (IsAway(e))
        {
            return null;
        }
    }

    /// <returns>Whether nobody else is answering the request just now.</returns>
    public async Task<bool> Claim(string key)
    {
        try
        {
            return await redis.GetDatabase().StringSetAsync(ClaimOf(key), "1", Claimed, When.NotExists);
        }
        catch (Exception e) when (IsAway(e))
        {
            return true;
        }
    }

    /// <param name="response">Null when there is nothing that a repetition should be told.</param>
    public async Task Release(string key, StoredResponse? response)
    {
        try
        {
            if (response is not null)
            {
                var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = Kept };
                await responses.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(response), entry, CancellationToken.None);
            }

            await redis.GetDatabase().KeyDeleteAsync(ClaimOf(key));
        }
        catch (Exception e) when (IsAway(e))
        {
            // The claim ends by itself.
        }
    }

    private static string ClaimOf(string key) => $"{key}:claim";

    private static bool IsAway(Exception e) => e is RedisException or TimeoutException;
}
