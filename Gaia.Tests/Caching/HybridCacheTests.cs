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
        // Everything of other tests too, were the servers theirs.
        await using var alone = new CacheServers();
        await alone.InitializeAsync();
        await using var one = await CacheHost.StartAsync(alone);
        await using var two = await CacheHost.StartAsync(alone);
        await GetAsync(one, "w1", 1);
        await Soon.Passes(async () => Assert.StartsWith("{", await alone.AskRedis("GET w1"), StringComparison.Ordinal));
        await GetAsync(two, "w1", 2);

        await one.Cache.RemoveByTagAsync("*", Stop);

        Assert.Equal(3, await GetAsync(one, "w1", 3));
        await Soon.Passes(async () => Assert.Equal(3, await GetAsync(two, "w1", 3)));
        Assert.Equal(3, await GetAsync(one, "w1", 4));
    }

    /// <summary>Memory holds 1, Redis 2, the source 3.</summary>
    [Theory]
    [InlineData(HybridCacheEntryFlags.None, 1)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead, 2)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache, 2)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead, 3)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache, 3)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableUnderlyingData, 0)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableUnderlyingData, 2)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite, 1)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheRead, 1)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite, 1)]
    [InlineData(HybridCacheEntryFlags.DisableCompression, 1)]
    public async Task Flags_say_who_may_answer(HybridCacheEntryFlags flags, int answer)
    {
        await using var node = await CacheHost.StartAsync(servers);
        var key = $"answer-{(int)flags}";
        await GetAsync(node, key, 1, HybridCacheEntryFlags.DisableDistributedCache);
        await servers.AskRedis($"SET {key} '{{\"v\":0,\"e\":9999999999999,\"d\":2}}'");

        Assert.Equal(answer, await GetAsync(node, key, 3, flags));
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None, true, true)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite, false, true)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite, true, false)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache, false, false)]
    public async Task Flags_say_who_may_keep_what_is_loaded_or_set(HybridCacheEntryFlags flags, bool memory, bool redis)
    {
        await using var node = await CacheHost.StartAsync(servers);
        var (loaded, given) = ($"loaded-{(int)flags}", $"set-{(int)flags}");

        await GetAsync(node, loaded, 1, flags);
        await node.Cache.SetAsync(given, 1, new() { Flags = flags }, cancellationToken: Stop);

        foreach (var key in new[] { loaded, given })
        {
            Assert.Equal(memory, node.Node.Slots.Find(key)!.Entry is not null);
            await Soon.Passes(async () => Assert.Equal(redis, (await servers.AskRedis($"GET {key}")).Contains("\"d\":1", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_load_is_shared_by_all_who_ask_for_it_by_the_same_flags()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var loads = 0;
        var source = new TaskCompletionSource<int>();
        HybridCacheEntryOptions options = new() { Flags = HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache };

        var reads = Enumerable.Range(0, 50).Select(_ => node.Cache.GetOrCreateAsync("shared-by-flags", LoadAsync, options, cancellationToken: Stop).AsTask()).ToArray();
        source.SetResult(7);

        Assert.All(await Task.WhenAll(reads), value => Assert.Equal(7, value));
        Assert.Equal(1, loads);

        async ValueTask<int> LoadAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref loads);
            return await source.Task;
        }
    }

    [Fact]
    public async Task A_read_past_memory_that_finds_something_newer_ends_what_memory_holds()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await GetAsync(node, "past", 1, HybridCacheEntryFlags.DisableDistributedCache);
        await servers.AskRedis("SET past '{\"v\":5,\"e\":9999999999999,\"d\":2}'");

        Assert.Equal(2, await GetAsync(node, "past", 3, HybridCacheEntryFlags.DisableLocalCache));

        Assert.Equal(2, await GetAsync(node, "past", 3));
    }

    [Fact]
    public async Task A_look_that_found_nothing_is_not_the_answer_of_the_next_one()
    {
        await using var node = await CacheHost.StartAsync(servers);
        await using var other = await CacheHost.StartAsync(servers);
        Assert.Equal(0, await GetAsync(node, "look", 9, HybridCacheEntryFlags.DisableUnderlyingData));

        await GetAsync(other, "look", 1);
        await Soon.Passes(async () => Assert.StartsWith("{\"v\":", await servers.AskRedis("GET look"), StringComparison.Ordinal));

        Assert.Equal(1, await GetAsync(node, "look", 9, HybridCacheEntryFlags.DisableUnderlyingData));
    }

    [Fact]
    public async Task Many_keys_and_many_tags_are_removed_at_once()
    {
        await using var node = await CacheHost.StartAsync(servers);
        foreach (var (key, tag) in new[] { ("m1", "green"), ("m2", "green"), ("m3", "yellow"), ("m4", "white") })
        {
            await GetAsync(node, key, 1, tags: [tag]);
        }

        await node.Cache.RemoveAsync(["m1", "m2"], Stop);
        await node.Cache.RemoveByTagAsync(["yellow", "purple"], Stop);

        foreach (var (key, value) in new[] { ("m1", 2), ("m2", 2), ("m3", 2), ("m4", 1) })
        {
            Assert.Equal(value, await GetAsync(node, key, 2));
        }
    }

    [Fact]
    public async Task An_interpolated_key_is_the_same_key_as_its_text()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var id = 17;

        Assert.Equal(1, await node.Cache.GetOrCreateAsync($"span:{id}", _ => ValueTask.FromResult(1), cancellationToken: Stop));
        Assert.Equal(1, await node.Cache.GetOrCreateAsync("span:17", _ => ValueTask.FromResult(2), cancellationToken: Stop));
        await node.Cache.RemoveAsync("span:17", Stop);
        Assert.Equal(3, await node.Cache.GetOrCreateAsync($"span:{id}", _ => ValueTask.FromResult(3), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Cache.GetOrCreateAsync($"{""}", _ => ValueTask.FromResult(1), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await node.Cache.GetOrCreateAsync($"line{'\n'}", _ => ValueTask.FromResult(1), cancellationToken: Stop));
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

        // Rounds allocate until the JIT has optimised all they run, and while a busy machine makes trust lapse: both pass.
        await Soon.Passes(async () => Assert.Equal(0, await RoundAsync(Stop)), TimeSpan.FromMinutes(2));

        async Task<long> RoundAsync(CancellationToken stop)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                await docs.GetAsync("hot", stop);
                await node.Cache.GetOrCreateAsync<int, int>(key, 0, static (_, _) => default, cancellationToken: stop);
                await node.Cache.GetOrCreateAsync<int, int>($"h:{id}", 0, static (_, _) => default, cancellationToken: stop);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static async Task<int> GetAsync(
        CacheHost node,
        string key,
        int source,
        HybridCacheEntryFlags flags = HybridCacheEntryFlags.None,
        string[]? tags = null) =>
        await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(source), new() { Flags = flags }, tags, Stop);
}
