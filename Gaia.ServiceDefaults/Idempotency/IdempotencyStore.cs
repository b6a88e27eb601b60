using System.Text.Json;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Gaia;

/// <summary>Keeps answers in Redis, for every node to find. While Redis is away, a repeated request is a new one.</summary>
public sealed class IdempotencyStore(IDistributedCache responses, IConnectionMultiplexer redis)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // Longer than any answer takes, and short enough for whoever repeats a request after the node that had it died.
    private static readonly TimeSpan Claimed = TimeSpan.FromMinutes(2);

    /// <summary>Looks for the answer only after the claim: whoever answered in between has given its claim back, and so would not be seen.</summary>
    /// <returns>The answer that was given before; without one, whether nobody else is answering just now, so that the caller must, and release the key.</returns>
    public async Task<(StoredResponse? Before, bool IsMine)> Claim(string key)
    {
        try
        {
            var isMine = await redis.GetDatabase().StringSetAsync(ClaimOf(key), "1", Claimed, When.NotExists);
            if (await responses.GetAsync(key) is not { } stored)
            {
                return (null, isMine);
            }

            if (isMine)
            {
                await redis.GetDatabase().KeyDeleteAsync(ClaimOf(key));
            }

            return (JsonSerializer.Deserialize<StoredResponse>(stored), false);
        }
        catch (Exception e) when (IsAway(e))
        {
            return (null, true);
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
