using Gaia.Caching.Store;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

public sealed class SingleFlightTests(CacheServers servers) : IClassFixture<CacheServers>
{
    [Fact]
    public async Task Three_nodes_that_miss_one_key_a_thousand_times_at_once_load_it_once()
    {
        var region = Doc.ByRow with { LoadLockTimeout = TimeSpan.FromMinutes(1) };
        await using var one = await CacheHost.StartAsync(servers, options => options.Region(region));
        await using var two = await CacheHost.StartAsync(servers, options => options.Region(region));
        await using var three = await CacheHost.StartAsync(servers, options => options.Region(region));
        var loads = 0;
        var source = new TaskCompletionSource<Doc?>();

        var reads = new[] { one, two, three }
            .SelectMany(node => Enumerable.Range(0, 1_000).Select(_ => node.ReadAsync(region, "cold", LoadAsync)))
            .ToArray();
        await Soon.BecomesTrueAsync(() => loads > 0);
        source.SetResult(new Doc("cold", 1));

        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(1, read.Version));
        Assert.Equal(1, loads);

        Task<Doc?> LoadAsync()
        {
            Interlocked.Increment(ref loads);
            return source.Task;
        }
    }

    [Fact]
    public async Task A_node_whose_lock_holder_died_loads_after_the_lease()
    {
        var region = Doc.ByRow with { LoadLockTimeout = TimeSpan.FromMilliseconds(200) };
        await using var node = await CacheHost.StartAsync(servers, options => options.Region(region));
        await servers.AskRedisAsync("SET lock:{doc:orphan} somebody PX 60000");

        Assert.Equal(1, (await node.ReadAsync(region, new Doc("orphan", 1))).Version);
        Assert.Equal("somebody", await servers.AskRedisAsync("GET lock:{doc:orphan}"));
    }

    [Fact]
    public async Task Two_hundred_reads_of_a_hot_key_run_one_load_while_memory_is_not_trusted_and_Redis_is_away()
    {
        await using var alone = new CacheServers();
        await alone.InitializeAsync();
        await using var node = await CacheHost.StartAsync(alone);
        await node.ReadAsync(Doc.ByRow, new Doc("hot", 1));
        await alone.Redis.KillAsync(TestContext.Current.CancellationToken);
        await alone.Nats.KillAsync(TestContext.Current.CancellationToken);
        await Soon.BecomesTrueAsync(() => !node.Of<RedisStore>().IsUsable);
        await Soon.BecomesTrueAsync(() => node.Node.Keys.Find("doc:hot")!.Entry!.Lifetime.ReadAt < node.Node.StalenessGuard.EarliestTrustedRead(node.Node.Clock.Now));
        var loads = 0;
        var source = new TaskCompletionSource<Doc?>();

        var reads = Enumerable.Range(0, 200).Select(_ => node.ReadAsync(Doc.ByRow, "hot", LoadAsync)).ToArray();
        source.SetResult(new Doc("hot", 2));

        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(2, read.Version));
        Assert.Equal(1, loads);

        Task<Doc?> LoadAsync()
        {
            Interlocked.Increment(ref loads);
            return source.Task;
        }
    }

    [Fact]
    public async Task A_caller_may_leave_and_only_the_last_one_ends_the_load()
    {
        await using var node = await CacheHost.StartAsync(servers);
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var cancellation = new TaskCompletionSource();
        var docs = node.Docs(Doc.ByRow);

        var one = docs.GetAsync("shared", LoadAsync, first.Token).AsTask();
        var two = docs.GetAsync("shared", LoadAsync, second.Token).AsTask();
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(cancellation.Task.IsCompleted);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await cancellation.Task;

        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, new Doc("shared", 1))).Version);

        async Task<Doc?> LoadAsync(string id, CancellationToken ct)
        {
            var never = new TaskCompletionSource<Doc?>();
            await using var registration = ct.Register(() =>
            {
                cancellation.TrySetResult();
                never.TrySetCanceled(ct);
            });
            return await never.Task;
        }
    }
}
