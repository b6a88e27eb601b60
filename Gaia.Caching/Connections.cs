using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Caching;

/// <summary>How to connect so that a server which is unavailable is noticed and forgotten quickly, in both directions.</summary>
public static class Connections
{
    /// <summary>Redis: fail at once instead of queueing commands for a server that is unavailable, and reconnect often.</summary>
    public static ConfigurationOptions ForCaching(this ConfigurationOptions redis)
    {
        redis.AbortOnConnectFail = false;
        redis.BacklogPolicy = BacklogPolicy.FailFast;
        redis.ReconnectRetryPolicy = new LinearRetry(200);
        redis.ConnectTimeout = Math.Min(redis.ConnectTimeout, 1_000);
        redis.KeepAlive = 5;
        return redis;
    }

    /// <summary>NATS: notice a silent loss within seconds, and reconnect without the default's pause of seconds.</summary>
    public static NatsOpts ForCaching(this NatsOpts nats) => nats with
    {
        PingInterval = TimeSpan.FromSeconds(1),
        MaxPingOut = 1,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
        ReconnectJitter = TimeSpan.Zero,
        RetryOnInitialConnect = true,
    };
}
