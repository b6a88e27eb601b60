using Gaia.Bench.Cache.Nodes;

namespace Gaia.Bench.Cache;

/// <summary>A Redis and a NATS of a measure's own, as the next one breaks them.</summary>
internal sealed class CacheServers : IAsyncDisposable
{
    private CacheServers(RedisServer redis, NatsServer nats)
    {
        Redis = redis;
        Nats = nats;
    }

    public RedisServer Redis { get; }

    public NatsServer Nats { get; }

    public static async Task<CacheServers> StartAsync(CancellationToken ct)
    {
        var redis = await RedisServer.StartAsync(ct: ct);
        return new(redis, await NatsServer.StartAsync(ct: ct));
    }

    public Task<ICacheNode> StartNodeAsync(Make make, CancellationToken ct) => make.StartAsync(Redis.ConnectionString, Nats.Url, ct);

    /// <summary>A node that can be cut off without harm to the others.</summary>
    public Task<ICacheNode> StartNodeAsync(Make make, FaultProxy redisLink, FaultProxy natsLink, CancellationToken ct) =>
        make.StartAsync(Redis.ConnectionStringAt(redisLink.Port), NatsServer.UrlAt(natsLink.Port), ct);

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Nats.DisposeAsync();
    }
}
