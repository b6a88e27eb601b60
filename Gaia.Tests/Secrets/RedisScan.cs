using StackExchange.Redis;

namespace Gaia.Tests.Secrets;

/// <summary>Reads all that is in a Redis, keys and values of whatever type.</summary>
internal static class RedisScan
{
    /// <returns>Where there are secrets, in words.</returns>
    public static async Task<List<string>> FindAsync(IConnectionMultiplexer redis, CancellationToken ct)
    {
        List<string> found = [];
        var database = redis.GetDatabase();
        foreach (var primary in redis.GetServers().Where(server => server.IsConnected && !server.IsReplica))
        {
            await foreach (var key in primary.KeysAsync(pageSize: 1_000).WithCancellation(ct))
            {
                foreach (var part in (byte[][])[(byte[])key!, .. await ContentAsync(database, key)])
                {
                    found.AddRange(SecretScan.Find(part).Select(secret => $"\"{secret}\" at {key}"));
                }
            }
        }

        return found;
    }

    private static async Task<IEnumerable<byte[]>> ContentAsync(IDatabase database, RedisKey key)
    {
        try
        {
            return Bytes(await database.KeyTypeAsync(key) switch
            {
                RedisType.String => [await database.StringGetAsync(key)],
                RedisType.Hash => (await database.HashGetAllAsync(key)).SelectMany(field => (RedisValue[])[field.Name, field.Value]),
                RedisType.List => await database.ListRangeAsync(key),
                RedisType.Set => await database.SetMembersAsync(key),
                RedisType.SortedSet => await database.SortedSetRangeByRankAsync(key),
                RedisType.Stream => (await database.StreamRangeAsync(key)).SelectMany(entry => entry.Values).SelectMany(field => (RedisValue[])[field.Name, field.Value]),
                _ => [],
            });
        }
        catch (RedisServerException gone) when (gone.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // Became something else between the two questions.
            return await ContentAsync(database, key);
        }
    }

    private static IEnumerable<byte[]> Bytes(IEnumerable<RedisValue> values) => values.Select(value => (byte[]?)value ?? []);
}
