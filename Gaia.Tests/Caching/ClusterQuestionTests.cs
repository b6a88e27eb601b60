using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

public sealed class ClusterQuestionTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_node_answers_with_a_name_of_its_own()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two");
        await two.ReadAsync(Doc.ByRow, new Doc("read on two", 1));
        await two.ReadAsync(Doc.ByRow, "read on two");

        await Soon.PassesAsync(async () =>
        {
            var (nodes, missing) = await one.Of<CacheCluster>().StatsAsync(60, Stop);
            Assert.Equal(["one", "two"], nodes.Select(node => node.Service));
            Assert.Equal(1, nodes[1].Answer.Regions.Single(region => region.Region == Doc.ByRow.Name).Total.Hits);
            Assert.DoesNotContain(missing, node => node.Service is "one" or "two");
        });
        var counters = (await one.Of<CacheCluster>().CountersAsync(Stop)).Nodes.Single(node => node.Service == "two");
        Assert.Equal((1, 1), counters.Answer.Regions.Where(region => region.Region == Doc.ByRow.Name).Select(region => (region.Hits, region.Misses)).Single());
        Assert.Equal(counters.Instance, (await one.Of<CacheCluster>().HotAsync(10, Stop)).Nodes.Single(node => node.Service == "two").Instance);
    }

    [Fact]
    public async Task Every_node_reads_ahead_and_says_how_much()
    {
        await using var one = await StartAsync("one");
        await using var two = await CacheHost.StartAsync(
            servers,
            options =>
            {
                options.NodeName = "two";
                options.Region(Doc.ByRow, (CacheServers _, string id, CancellationToken _) => Task.FromResult<Doc?>(new Doc(id, 1)));
                options.Warm(Doc.ByRow, (CacheServers _, CancellationToken _) => Task.FromResult<IReadOnlyList<string>>(["ahead 1", "ahead 2"]));
            },
            services => services.AddSingleton(servers));
        await InstanceOfAsync("two", one);

        var (nodes, _) = await one.Of<CacheCluster>().WarmAsync(Stop);

        Assert.Equal([("one", 0), ("two", 2)], nodes.Select(node => (node.Service, node.Answer.Warmed)));
    }

    [Fact]
    public async Task A_node_that_is_at_work_for_longer_than_others_are_waited_for_is_not_missing()
    {
        await using var one = await StartAsync("one");
        await using var two = await CacheHost.StartAsync(
            servers,
            options =>
            {
                options.NodeName = "slow";
                options.Region(Doc.ByRow, (CacheServers _, string id, CancellationToken _) => Task.FromResult<Doc?>(new Doc(id, 1)));
                options.Warm(Doc.ByRow, async (CacheServers _, CancellationToken ct) =>
                {
                    await Task.Delay(CacheCluster.Deadline * 2, ct);
                    return ["slowly ahead"];
                });
            },
            services => services.AddSingleton(servers));
        await InstanceOfAsync("slow", one);

        var (nodes, missing) = await one.Of<CacheCluster>().WarmAsync(Stop);

        Assert.Equal(1, nodes.Single(node => node.Service == "slow").Answer.Warmed);
        Assert.DoesNotContain(missing, node => node.Service == "slow");
    }

    [Fact]
    public async Task A_node_that_has_answered_and_is_silent_now_is_missing()
    {
        await using var one = await StartAsync("one");
        var two = await StartAsync("leaves");
        string instance;
        try
        {
            instance = await InstanceOfAsync("leaves", one);
        }
        finally
        {
            await two.DisposeAsync();
        }

        var (nodes, missing) = await one.Of<CacheCluster>().CountersAsync(Stop);

        Assert.DoesNotContain(nodes, node => node.Service == "leaves");
        Assert.Contains(missing, node => node.Service == "leaves" && node.Instance == instance && node.LastSeen is not null);
    }

    [Fact]
    public async Task A_service_that_is_expected_and_never_heard_is_missing()
    {
        await using var one = await CacheHost.StartAsync(servers, options => options.Region(Doc.ByRow).ExpectedServices = ["nowhere"]);

        var (_, missing) = await one.Of<CacheCluster>().CountersAsync(Stop);

        Assert.Contains(missing, node => node is { Service: "nowhere", Instance: null, LastSeen: null });
    }

    [Fact]
    public async Task Without_NATS_a_node_answers_for_itself_and_misses_the_others()
    {
        await using var nats = await NatsServer.StartAsync(ct: Stop);
        await using var one = await CacheHost.StartAsync(servers.Redis.ConnectionString, nats.Url, options => Named(options, "one"));
        await using var two = await CacheHost.StartAsync(servers.Redis.ConnectionString, nats.Url, options => Named(options, "two"));
        var instance = await InstanceOfAsync("two", one);

        await nats.KillAsync(Stop);

        await Soon.PassesAsync(async () =>
        {
            var (nodes, missing) = await one.Of<CacheCluster>().StatsAsync(60, Stop);
            Assert.Equal(["one"], nodes.Select(node => node.Service));
            Assert.Equal([instance], missing.Select(node => node.Instance));
        });
    }

    [Fact]
    public async Task Questions_cost_no_Redis_command()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two");
        await InstanceOfAsync("two", one);
        using var monitor = await RedisMonitor.StartAsync(servers.Redis, Stop);
        await monitor.CommandsAsync(Stop);

        for (var i = 0; i < 5; i++)
        {
            await one.Of<CacheCluster>().StatsAsync(60, Stop);
            await one.Of<CacheCluster>().CountersAsync(Stop);
            await one.Of<CacheCluster>().HotAsync(50, Stop);
        }

        // What a connection does by itself, whether anybody asks or not.
        Assert.DoesNotContain(await monitor.CommandsAsync(Stop), command => !command.StartsWith("\"PING\"", StringComparison.OrdinalIgnoreCase) && !command.StartsWith("\"INFO\"", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Environments_that_share_NATS_do_not_answer_each_other()
    {
        await using var one = await StartAsync("one");
        await using var foreign = await CacheHost.StartAsync(servers, options => Named(options, "foreign").KeyPrefix = "foreign:");
        await using var two = await StartAsync("two");
        await InstanceOfAsync("two", one);

        Assert.DoesNotContain((await one.Of<CacheCluster>().CountersAsync(Stop)).Nodes, node => node.Service == "foreign");
        Assert.Equal(["foreign"], (await foreign.Of<CacheCluster>().CountersAsync(Stop)).Nodes.Select(node => node.Service));
    }

    private static CachingOptions Named(CachingOptions options, string name)
    {
        options.NodeName = name;
        return options.Region(Doc.ByRow).Region(Doc.ByTimestamp);
    }

    /// <summary>As soon as the other node has heard a question.</summary>
    private static async Task<string> InstanceOfAsync(string service, CacheHost asked)
    {
        string? instance = null;
        await Soon.PassesAsync(async () => instance = (await asked.Of<CacheCluster>().CountersAsync(Stop)).Nodes.Single(node => node.Service == service).Instance);
        return instance!;
    }

    private Task<CacheHost> StartAsync(string name) => CacheHost.StartAsync(servers, options => Named(options, name));
}
