using Gaia.Caching;
using Microsoft.Extensions.Caching.Hybrid;
using Xunit;

namespace Gaia.Tests.Caching;

public sealed class HybridCacheTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gets_creates_sets_and_removes_on_every_node()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);

        Assert.Equal(1, await GetAsync(one, "n1", 1));
        await Soon.Passes(async () => Assert.StartsWith("{\"v\":", await servers.AskRedis("GET n1"), StringComparison.Ordinal));
        Assert.Equal(1, await GetAsync(two, "n1", 2));

        await one.Cache.SetAsync("n1", 3, cancellationToken: Stop);
        Assert.Equal(3, await GetAsync(one, "n1", 4));
        await Soon.Passes(async () => Assert.Equal(3, await GetAsync(two, "n1", 5)));

        await two.Cache.RemoveAsync("n1", Stop);
        Assert.Equal(6, await GetAsync(two, "n1", 6));
        await Soon.Passes(async () => Assert.Equal(6, await GetAsync(one, "n1", 7)));
    }

    [Fact]
    public async Task A_tag_is_removed_on_every_node_and_from_Redis_without_a_command_on_reads()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);
        await GetAsync(one, "t1", 1, tags: ["red"]);
        await GetAsync(one, "t2", 1, tags: ["blue"]);
        await Soon.Passes(async () => Assert.Contains("red", await servers.AskRedis("GET t1"), StringComparison.Ordinal));
        await Soon.Passes(async () => Assert.Contains("blue", await servers.AskRedis("GET t2"), StringComparison.Ordinal));
        Assert.Equal(1, await GetAsync(two, "t1", 2, tags: ["red"]));

        await one.Cache.RemoveByTagAsync("red", Stop);

        Assert.Equal(3, await GetAsync(one, "t1", 3, tags: ["red"]));
        await Soon.Passes(async () => Assert.Equal(3, await GetAsync(two, "t1", 3, tags: ["red"])));
        Assert.Equal(1, await GetAsync(two, "t2", 2, tags: ["blue"]));
        await using var late = await CacheHost.StartAsync(servers);
        Assert.Equal(3, await GetAsync(late, "t1", 9, tags: ["red"]));
    }

    [Fact]
    public async Task The_tag_for_everything_removes_everything()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);
        await GetAsync(one, "w1", 1);
        await Soon.Passes(async () => Assert.StartsWith("{", await servers.AskRedis("GET w1"), StringComparison.Ordinal));
        await GetAsync(two, "w1", 2);

        await one.Cache.RemoveByTagAsync("*", Stop);

        Assert.Equal(3, await GetAsync(one, "w1", 3));
        await Soon.Passes(async () => Assert.Equal(3, await GetAsync(two, "w1", 3)));
        Assert.Equal(3, await GetAsync(one, "w1", 4));
    }

    [Fact]
    public async Task Flags_are_honoured()
    {
        await using var node = await CacheHost.StartAsync(servers);

        Assert.Equal(0, await GetAsync(node, "f1", 1, HybridCacheEntryFlags.DisableUnderlyingData));
        Assert.Equal(1, await GetAsync(node, "f1", 1, HybridCacheEntryFlags.DisableDistributedCache));
        Assert.Equal("0", await servers.AskRedis("EXISTS f1"));
        Assert.Equal(1, await GetAsync(node, "f1", 2));
        Assert.Equal(2, await GetAsync(node, "f1", 2, HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead));
        Assert.Equal(3, await GetAsync(node, "f2", 3, HybridCacheEntryFlags.DisableLocalCacheWrite));
        await Soon.Passes(async () => Assert.StartsWith("{", await servers.AskRedis("GET f2"), StringComparison.Ordinal));
        Assert.Null(node.Node.Slots.Find("f2")!.Entry);
    }

    [Fact]
    public async Task Hits_allocate_nothing_by_region_by_string_and_by_interpolated_key()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var id = Guid.NewGuid();
        var docs = node.Docs(Doc.ByStamp);
        await node.ReadAsync(Doc.ByStamp, new Doc("hot", 1));
        await GetAsync(node, $"h:{id}", 1);
        var key = string.Concat("h:", id.ToString());

        var stop = Stop;
        var bytes = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                await docs.GetAsync("hot", stop);
                await node.Cache.GetOrCreateAsync<int, int>(key, 0, static (_, _) => default, cancellationToken: stop);
                await node.Cache.GetOrCreateAsync<int, int>($"h:{id}", 0, static (_, _) => default, cancellationToken: stop);
            }

            // The smallest counts: trust may lapse in one round on a busy machine.
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, bytes);
    }

    private static async Task<int> GetAsync(
        CacheHost node,
        string key,
        int source,
        HybridCacheEntryFlags flags = HybridCacheEntryFlags.None,
        string[]? tags = null) =>
        await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(source), new() { Flags = flags }, tags, Stop);
}
