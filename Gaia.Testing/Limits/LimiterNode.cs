using Gaia.Caching;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Gateway.Limits;
using Gaia.Messaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using StackExchange.Redis;

namespace Gaia.Testing.Limits;

/// <summary>The limiter of one gateway, on a real Redis.</summary>
internal sealed class LimiterNode : IAsyncDisposable
{
    /// <summary>Long enough for nothing to be refilled while a test runs.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromHours(12);

    private readonly ConnectionMultiplexer redis;
    private readonly NatsConnection nats;
    private readonly Peers peers;
    private readonly LeaseRefreshService keeper;
    private readonly ClusterWatch cluster;

    private LimiterNode(ConnectionMultiplexer redis, string? natsUrl, RateLimitOptions options)
    {
        this.redis = redis;
        nats = natsUrl is null ? new() : new(new NatsOpts { Url = natsUrl });
        var wrapped = Options.Create(options);
        var caching = new CachingOptions(new ServiceCollection()) { RedisDeadline = options.RedisDeadline };
        var clock = new Clock(TimeProvider.System);
        var primaries = new RedisPrimaries(redis, clock, caching, NullLogger<RedisPrimaries>.Instance);
        cluster = new(redis, primaries, clock);
        Store = new(redis, primaries, new(), caching, wrapped, NullLogger<LeaseStore>.Instance);
        peers = new(nats, TimeProvider.System, wrapped, NullLogger<Peers>.Instance);
        Limiter = new(Store, peers, new(TimeProvider.System, Options.Create(new RegionOptions())), TimeProvider.System, wrapped);
        keeper = new(Limiter, Store, peers, wrapped);
    }

    public RateLimiter Limiter { get; }

    public LeaseStore Store { get; }

    /// <param name="natsUrl">Where gateways tell each other that they are there; without it, this one never hears any.</param>
    public static async Task<LimiterNode> StartAsync(string redis, int nodes = 1, Action<RateLimitOptions>? configure = null, string? natsUrl = null)
    {
        // A busy machine is no absent Redis.
        var options = new RateLimitOptions { Nodes = nodes, RedisDeadline = TimeSpan.FromSeconds(2) };
        configure?.Invoke(options);
        var connection = ConfigurationOptions.Parse(redis).ForCaching();
        var node = new LimiterNode(await ConnectionMultiplexer.ConnectAsync(connection), natsUrl, options);
        if (natsUrl is not null)
        {
            await node.peers.StartAsync(CancellationToken.None);
        }

        node.cluster.Start();
        await node.keeper.StartAsync(CancellationToken.None);
        return node;
    }

    /// <summary>Asks as the middleware does.</summary>
    public async ValueTask<Decision> AskAsync(RateLimitPolicy policy, Identifier who) =>
        Limiter.TryDecide(policy, who, out var decision) ? decision : await Limiter.DecideAsync(policy, who);

    /// <summary>An orderly end, as of a deployment.</summary>
    public Task StopAsync() => keeper.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await keeper.StopAsync(CancellationToken.None);
        keeper.Dispose();
        await peers.StopAsync(CancellationToken.None);
        peers.Dispose();
        await nats.DisposeAsync();
        await redis.DisposeAsync();
    }
}
