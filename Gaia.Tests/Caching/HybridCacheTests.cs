using Gaia.Testing.Caching;
using Microsoft.Extensions.Caching.Hybrid;

namespace Gaia.Tests.Caching;

public sealed class HybridCacheTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gets_creates_and_removes_on_every_node()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);

        Assert.Equal(1, await GetAsync(one, "n1", 1));
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":", await servers.AskRedisAsync("GET n1"), StringComparison.Ordinal));
        Assert.Equal(1, await GetAsync(two, "n1", 2));

        await two.Cache.RemoveAsync("n1", Stop);
        Assert.Equal(6, await GetAsync(two, "n1", 6));
        await Soon.PassesAsync(async () => Assert.Equal(6, await GetAsync(one, "n1", 7)));
    }

    [Fact]
    public async Task Tags_and_values_without_a_source_are_refused_instead_of_being_ignored()
    {
        await using var node = await CacheHost.StartAsync(servers);

        await Assert.ThrowsAsync<NotSupportedException>(async () => await node.Cache.GetOrCreateAsync("tagged", _ => ValueTask.FromResult(1), tags: ["red"], cancellationToken: Stop));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await node.Cache.RemoveByTagAsync("red", Stop));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await node.Cache.SetAsync("set", 1, cancellationToken: Stop));
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
        await servers.AskRedisAsync($"SET {key} '{{\"v\":0,\"e\":9999999999999,\"d\":2}}'");

        Assert.Equal(answer, await GetAsync(node, key, 3, flags));
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.None, true, true)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheWrite, false, true)]
    [InlineData(HybridCacheEntryFlags.DisableDistributedCacheWrite, true, false)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCache | HybridCacheEntryFlags.DisableDistributedCache, false, false)]
    public async Task Flags_say_who_may_keep_what_is_loaded(HybridCacheEntryFlags flags, bool memory, bool redis)
    {
        await using var node = await CacheHost.StartAsync(servers);
        var key = $"loaded-{(int)flags}";

        await GetAsync(node, key, 1, flags);

        Assert.Equal(memory, node.Node.Keys.Find(key)!.Entry is not null);
        await Soon.PassesAsync(async () => Assert.Equal(redis, (await servers.AskRedisAsync($"GET {key}")).Contains("\"d\":1", StringComparison.Ordinal)));
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
        await servers.AskRedisAsync("SET past '{\"v\":5,\"e\":9999999999999,\"d\":2}'");

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
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":", await servers.AskRedisAsync("GET look"), StringComparison.Ordinal));

        Assert.Equal(1, await GetAsync(node, "look", 9, HybridCacheEntryFlags.DisableUnderlyingData));
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
        var docs = node.Docs(Doc.ByTimestamp);
        await node.ReadAsync(Doc.ByTimestamp, new Doc("hot", 1));
        await GetAsync(node, $"h:{id}", 1);
        var key = string.Concat("h:", id.ToString());

        // Rounds allocate until the JIT has optimised all they run, and while a busy machine makes trust lapse: both pass.
        await Soon.PassesAsync(async () => Assert.Equal(0, await RoundAsync(Stop)), TimeSpan.FromMinutes(2));

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
        HybridCacheEntryFlags flags = HybridCacheEntryFlags.None) =>
        await node.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(source), new() { Flags = flags }, cancellationToken: Stop);
}
