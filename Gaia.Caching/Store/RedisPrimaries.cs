using System.Net;
using Gaia.Messaging;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gaia.Caching.Store;

/// <summary>
/// The primaries of Redis, each with a circuit breaker of its own, so that one of a cluster that is unavailable does not cost the keys of the others. A Redis
/// that is no cluster counts as one primary.
/// </summary>
public sealed class RedisPrimaries
{
    private readonly IConnectionMultiplexer redis;
    private readonly Clock clock;
    private readonly CachingOptions options;
    private readonly ILogger<RedisPrimaries> log;
    private readonly AsyncAutoResetEvent probeRequests = new();
    private volatile Layout layout;

    internal RedisPrimaries(IConnectionMultiplexer redis, Clock clock, CachingOptions options, ILogger<RedisPrimaries> log)
    {
        (this.redis, this.clock, this.options, this.log) = (redis, clock, options, log);
        layout = new([Create(null)], null);
    }

    /// <summary>Raised when one is no longer used.</summary>
    public event Action? Lost;

    /// <summary>How many there are.</summary>
    public int Count => layout.Primaries.Count;

    /// <summary>How many of them answer in time.</summary>
    public int UsedCount => layout.Primaries.Count(primary => primary.Breaker.IsClosed);

    /// <summary>How long the one that has not answered for longest has not been asked; null when all are.</summary>
    public TimeSpan? UnusedFor => layout.Primaries.Max(primary => primary.Breaker.OpenFor);

    internal IReadOnlyList<RedisPrimary> All => layout.Primaries;

    /// <summary>Whether the primary of a key, given with all its prefixes, answers in time.</summary>
    public bool IsUsed(RedisKey key) => Of(key).Breaker.IsClosed;

    /// <summary>The address of a key's primary; null when there is only one.</summary>
    public EndPoint? AddressOf(RedisKey key) => Of(key).Address;

    /// <summary>To be called when the primary of a key, given with all its prefixes, did not answer in time: it is probed at once.</summary>
    public void ReportTimeout(RedisKey key) => Of(key).Breaker.RecordTimeout();

    internal RedisPrimary Of(RedisKey key)
    {
        var now = layout;
        return now.Owners is { } owners && redis.GetHashSlot(key) is >= 0 and var slot ? now.Primaries[owners[slot]] : now.Primaries[0];
    }

    /// <summary>The servers of a primary that are connected.</summary>
    internal IServer[] ServersOf(RedisPrimary primary) =>
        [.. redis.GetServers().Where(server => server.IsConnected && (primary.Address is { } address ? server.EndPoint.Equals(address) : !server.IsReplica))];

    /// <summary>Whether a primary has a connection.</summary>
    internal bool IsConnected(RedisPrimary primary) => primary.Address is null ? redis.IsConnected : ServersOf(primary) is not [];

    /// <summary>Adopts what a cluster says of itself. Primaries that stay keep their breakers.</summary>
    /// <returns>False: a primary that this node has no connection to is named, so that all are still treated as one.</returns>
    internal bool Arrange(ClusterLayout cluster)
    {
        var known = redis.GetServers().Select(server => server.EndPoint).ToHashSet();
        if (!cluster.Primaries.All(known.Contains))
        {
            return false;
        }

        var before = layout.Primaries;
        layout = new([.. cluster.Primaries.Select(address => before.FirstOrDefault(primary => address.Equals(primary.Address)) ?? Create(address))], cluster.Owners);
        return true;
    }

    /// <summary>Asks all of them in the background whether they answer.</summary>
    internal void RequestProbe() => probeRequests.Set();

    /// <summary>Waits until a probe is requested, at most so long.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken ct) => probeRequests.WaitAsync(atMost, ct);

    private RedisPrimary Create(EndPoint? address)
    {
        var breaker = new CircuitBreaker(clock, options, log, address is null ? "Redis" : $"Redis primary {address}", RequestProbe);
        breaker.Changed += isClosed =>
        {
            if (!isClosed)
            {
                Lost?.Invoke();
            }
        };
        return new(address, breaker);
    }

    /// <param name="Primaries">In a lasting order.</param>
    /// <param name="Owners">By hash slot, the index of the primary; null when there is no cluster.</param>
    private sealed record Layout(IReadOnlyList<RedisPrimary> Primaries, ushort[]? Owners);
}
