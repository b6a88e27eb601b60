using Gaia.Caching;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

public sealed class ReadTests(CacheServers servers) : IClassFixture<CacheServers>
{
    [Fact]
    public async Task A_value_is_loaded_once_and_shown_by_Redis_as_json_under_its_exact_key()
    {
        await using var node = await CacheHost.StartAsync(servers);
        var loads = 0;

        var first = await node.ReadAsync(Doc.ByRow, "a1", Load);
        var again = await node.ReadAsync(Doc.ByRow, "a1", Load);

        Assert.Equal(new Doc("a1", 7, "hello"), first.Value);
        Assert.Equal((7, false), (first.Version, first.IsStale));
        Assert.Equal(first, again);
        Assert.Equal(1, loads);
        await Soon.PassesAsync(async () =>
            Assert.Matches("""^\{"v":7,"e":\d{13},"d":\{"id":"a1","version":7,"text":"hello"\}\}$""", await servers.AskRedisAsync("GET doc:a1")));

        Task<Doc?> Load()
        {
            loads++;
            return Task.FromResult<Doc?>(new("a1", 7, "hello"));
        }
    }

    [Fact]
    public async Task Another_node_reads_from_Redis_by_one_command_and_a_warm_read_costs_none()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers, Patient);
        await one.ReadAsync(Doc.ByTimestamp, new Doc("b1", 1));
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":", await servers.AskRedisAsync("GET docs:b1"), StringComparison.Ordinal));

        using var monitor = await RedisMonitor.StartAsync(servers.Redis, TestContext.Current.CancellationToken);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.NotNull((await two.ReadAsync(Doc.ByTimestamp, "b1")).Value);
        }

        // Locks and scripts would name the key as well. What the connection asks for its own purposes does not.
        var shown = await monitor.CommandsAsync(TestContext.Current.CancellationToken);
        Assert.Equal("\"GET\" \"docs:b1\"", Assert.Single(shown, command => command.Contains("\"docs:b1\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task MONITOR_shows_nothing_during_a_thousand_warm_reads()
    {
        await using var node = await CacheHost.StartAsync(servers, Patient);
        await WarmReadsAsync(node, 1);
        await Soon.PassesAsync(async () => Assert.Equal("3", await servers.AskRedisAsync("EXISTS doc:w docs:w warm")));

        using var monitor = await RedisMonitor.StartAsync(servers.Redis, TestContext.Current.CancellationToken);
        await WarmReadsAsync(node, 1_000);
        var shown = await monitor.CommandsAsync(TestContext.Current.CancellationToken);

        // The connection and the probe look now and then whether Redis is well.
        Assert.DoesNotContain(shown, command => !command.StartsWith("\"PING\"", StringComparison.Ordinal)
            && !command.StartsWith("\"INFO\"", StringComparison.Ordinal)
            && !command.StartsWith("\"TIME\"", StringComparison.Ordinal));
        await node.ReadAsync(Doc.ByRow, new Doc("cold", 1));
        Assert.Contains("\"GET\" \"doc:cold\"", await monitor.CommandsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_change_on_one_node_is_seen_by_the_other()
    {
        await using var one = await CacheHost.StartAsync(servers);
        await using var two = await CacheHost.StartAsync(servers);
        await one.ReadAsync(Doc.ByRow, new Doc("c1", 1));
        await two.ReadAsync(Doc.ByRow, new Doc("c1", 1));

        await one.ChangeAsync(Doc.ByRow, "c1", 2);

        Assert.Equal(2, (await one.ReadAsync(Doc.ByRow, new Doc("c1", 2))).Version);
        await Soon.PassesAsync(async () => Assert.Equal(2, (await two.ReadAsync(Doc.ByRow, new Doc("c1", 2))).Version));
    }

    /// <summary>Memory answers, however late the log is heard on a busy machine.</summary>
    private static void Patient(CachingOptions options)
    {
        options.StalenessBound = TimeSpan.FromMinutes(10);
        options.Region(Doc.ByRow).Region(Doc.ByTimestamp);
    }

    private static async Task WarmReadsAsync(CacheHost node, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await node.ReadAsync(Doc.ByRow, new Doc("w", 1));
            await node.ReadAsync(Doc.ByTimestamp, new Doc("w", 1));
            await node.Cache.GetOrCreateAsync("warm", static _ => ValueTask.FromResult(1), cancellationToken: TestContext.Current.CancellationToken);
            await node.Cache.GetOrCreateAsync($"{"warm"}", static _ => ValueTask.FromResult(1), cancellationToken: TestContext.Current.CancellationToken);
        }
    }
}
