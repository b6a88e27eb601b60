using Gaia.Caching.Administration;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

/// <summary>Each test has a Redis of its own to hurt.</summary>
public sealed class BreakerTests : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly CacheServers servers = new();

    public ValueTask InitializeAsync() => servers.InitializeAsync();

    public ValueTask DisposeAsync() => servers.DisposeAsync();

    [Fact]
    public async Task A_frozen_Redis_is_left_alone_after_a_few_reads_and_used_again_without_a_restart()
    {
        await using var node = await StartAsync();
        var opened = 0;
        node.Of<RedisPrimaries>().All.Single().Breaker.Changed += closed => opened += closed ? 0 : 1;
        await servers.Redis.FreezeAsync(Stop);

        var reads = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => node.ReadAsync(Doc.ByRow, new Doc($"f{i}", 1))));
        Assert.All(reads, read => Assert.Equal((1, false), (read.Version, read.IsStale)));
        await Soon.BecomesTrueAsync(() => !node.Of<RedisStore>().IsUsable);
        for (var i = 0; i < 200; i++)
        {
            await node.ReadAsync(Doc.ByRow, new Doc($"g{i}", 1));
        }

        Assert.False(node.Of<RedisStore>().IsUsable);
        await servers.Redis.ThawAsync(Stop);
        await Soon.BecomesTrueAsync(() => node.Of<RedisStore>().IsUsable);
        Assert.Equal(opened, node.Log.Warnings.Count(line => line.StartsWith("Redis is not used", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_freeze_is_noticed_by_the_first_late_read_alone()
    {
        await using var node = await StartAsync();
        await servers.Redis.FreezeAsync(Stop);

        await node.ReadAsync(Doc.ByRow, new Doc("one", 1));

        await Soon.BecomesTrueAsync(() => !node.Of<RedisStore>().IsUsable);
    }

    [Fact]
    public async Task Redis_may_be_killed_restarted_empty_and_absent_at_the_start()
    {
        await servers.Redis.KillAsync(Stop);
        await using var node = await CacheHost.StartAsync(servers);
        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("k", 1))).Version);

        await servers.Redis.RestartAsync(Stop);
        await Soon.BecomesTrueAsync(() => node.Of<RedisStore>().IsUsable);
        await node.ReadAsync(Doc.ByRow, new Doc("l", 2));
        await Soon.PassesAsync(async () => Assert.Equal("1", await servers.AskRedisAsync("EXISTS doc:l")));

        await servers.Redis.KillAsync(Stop);
        await Soon.BecomesTrueAsync(() => !node.Of<RedisStore>().IsUsable);
        Assert.Equal(2, (await node.ReadAsync(Doc.ByRow, "l")).Version);
        Assert.Equal(3, (await node.ReadAsync(Doc.ByRow, new Doc("m", 3))).Version);
        await servers.Redis.RestartAsync(Stop);
        await Soon.BecomesTrueAsync(() => node.Of<RedisStore>().IsUsable);
    }

    [Fact]
    public async Task Tombstones_that_Redis_lost_are_written_again_when_it_returns()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await node.ChangeAsync(Doc.ByRow, "t", 7);
        Assert.Equal("{\"v\":7,\"x\":1}", await servers.AskRedisAsync("GET doc:t"));

        await servers.Redis.RestartAsync(Stop);

        await Soon.PassesAsync(async () => Assert.Equal("{\"v\":7,\"x\":1}", await servers.AskRedisAsync("GET doc:t")));
    }

    [Fact]
    public async Task An_invalidation_during_a_freeze_reaches_Redis_after_it()
    {
        await using var node = await StartAsync();
        await using (var patient = await CacheHost.StartAsync(servers))
        {
            await patient.ReadAsync(Doc.ByRow, new Doc("late", 1));
            await Soon.PassesAsync(async () => Assert.Equal("1", await servers.AskRedisAsync("EXISTS doc:late")));
        }

        await servers.Redis.FreezeAsync(Stop);

        await node.ChangeAsync(Doc.ByRow, "late", 2);
        Assert.Equal(2, (await node.ReadAsync(Doc.ByRow, new Doc("late", 2))).Version);
        await servers.Redis.ThawAsync(Stop);

        await Soon.BecomesTrueAsync(() => node.Of<Invalidator>().Unsent is 0);
        await using var other = await CacheHost.StartAsync(servers);
        Assert.Equal(3, (await other.ReadAsync(Doc.ByRow, new Doc("late", 3))).Version);
    }

    [Fact]
    public async Task A_fill_that_waited_in_a_frozen_Redis_is_refused_although_its_tombstone_is_gone()
    {
        await using var node = await StartAsync();
        var store = node.Of<RedisStore>();
        var keyState = node.Node.Keys.Get("doc:deadline");
        var envelope = new Envelope { Version = 1, FreshUntil = store.Clock.Now + 60_000, Data = "{}"u8.ToArray() };
        var deadline = store.Clock.Now + 100;
        await servers.Redis.FreezeAsync(Stop);

        // Nobody waits for it any more, but it lies in the socket until Redis goes on.
        Assert.Null((await store.FillAsync(keyState, envelope, TimeSpan.FromMinutes(1), deadline)).Version);
        await Soon.BecomesTrueAsync(() => store.Clock.Now > deadline + 50);
        await servers.Redis.ThawAsync(Stop);

        await Soon.BecomesTrueAsync(() => store.IsUsable);
        Assert.Equal("0", await servers.AskRedisAsync("EXISTS doc:deadline"));
    }

    [Fact]
    public async Task A_key_is_found_although_Redis_was_late_when_it_was_looked_for()
    {
        await using var node = await StartAsync();
        await node.ReadAsync(Doc.ByRow, new Doc("seen", 1));
        await Soon.PassesAsync(async () => Assert.Equal("1", await servers.AskRedisAsync("EXISTS doc:seen")));
        await using var other = await StartAsync();
        await servers.Redis.FreezeAsync(Stop);

        var looked = other.Of<CacheAdministration>().InspectAsync("doc:seen");
        await Soon.BecomesTrueAsync(() => !other.Of<RedisStore>().IsUsable);
        await servers.Redis.ThawAsync(Stop);

        Assert.Equal(1, (await looked)?.Version);
    }

    [Fact]
    public async Task A_start_that_is_slow_is_no_warning()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var breaker = node.Of<RedisPrimaries>().All.Single().Breaker;
        var opened = new TaskCompletionSource();
        breaker.Changed += closed => _ = !closed && opened.TrySetResult();

        await servers.Redis.FreezeAsync(Stop);
        node.Of<RedisPrimaries>().RequestProbe();
        await opened.Task.WaitAsync(Stop);

        Assert.DoesNotContain(node.Log.Warnings, line => line.StartsWith("Redis is not used", StringComparison.Ordinal));
        await servers.Redis.ThawAsync(Stop);
    }

    /// <summary>A node as impatient as services are, long after its start.</summary>
    private Task<CacheHost> StartAsync() => CacheHost.StartAsync(servers, options =>
    {
        options.StartGrace = TimeSpan.Zero;
        options.RedisDeadline = TimeSpan.FromMilliseconds(50);
        options.Region(Doc.ByRow);
    });
}
