namespace Gaia.Tests.Survival;

/// <summary>A replica of Redis that one day stops hearing of changes: it keeps old values whose tombstones only the primary has.</summary>
internal sealed class LaggingReplica : IAsyncDisposable
{
    private readonly RedisServer primary;
    private readonly FaultProxy replication;

    private LaggingReplica(RedisServer primary, RedisServer server, FaultProxy replication) =>
        (this.primary, Server, this.replication) = (primary, server, replication);

    public RedisServer Server { get; }

    public static async Task<LaggingReplica> StartAsync(RedisServer primary)
    {
        var link = FaultProxy.Start(primary.Port);
        var server = await RedisServer.StartAsync();
        await server.CommandAsync($"REPLICAOF 127.0.0.1 {link.Port}");
        await Eventually.IsTrueAsync(async () => (await server.CommandAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        return new(primary, server, link);
    }

    public void FallBehind() => replication.Blackhole();

    /// <summary>Whether it holds values that were invalidated since.</summary>
    public async Task<bool> IsWrongAsync()
    {
        foreach (var key in Load.Ids.Select(id => $"doc:{id}"))
        {
            var (old, now) = (await Server.CommandAsync($"GET {key}"), await primary.CommandAsync($"GET {key}"));
            if (old != now && old.Contains("\"d\":", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public Task PromoteAsync() => Server.CommandAsync("REPLICAOF NO ONE");

    /// <summary>The server stays: it is the primary now.</summary>
    public ValueTask DisposeAsync() => replication.DisposeAsync();
}
