using StackExchange.Redis;

namespace Gaia.Hosting;

internal static class RedisProgram
{
    public static ServerProgram Create() => new("redis-server", "Redis (package redis-server)", "redis.sh")
    {
        // redis-server [--requirepass $REDIS_PASSWORD] [--save 60 1]: the script knows the first two.
        Options = static (words, _) => words.SkipWhile(word => word is not "--save"),
        PingAsync = static async (server, ct) =>
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(server).WaitAsync(ct);
            await redis.GetDatabase().PingAsync().WaitAsync(ct);
        },
    };
}
