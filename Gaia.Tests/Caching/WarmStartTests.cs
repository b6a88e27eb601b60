using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Caching.Outbox;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>What a node has in memory before it is asked for the first time.</summary>
public sealed class WarmStartTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private const int Documents = 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_was_emptied_and_the_first_reads_of_a_node_that_starts_are_hits()
    {
        var ids = await HeatAsync("emptied", servers.Cache.Redis);
        await servers.Cache.AskRedisAsync("FLUSHALL");

        await using var node = await StartAsync("emptied", servers.Cache.Redis);

        foreach (var id in ids)
        {
            Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, id)).Value!.Version);
        }

        Assert.Equal(ids.Length, node.Node.Regions.Named(Doc.ByRow.Name).Statistics.Hits.Value);
    }

    [Fact]
    public async Task Redis_was_replaced_by_an_empty_one_and_a_node_that_starts_still_knows_what_was_hot()
    {
        await using var lost = await RedisServer.StartAsync(ct: Stop);
        var ids = await HeatAsync("replaced", lost);
        await using var successor = await RedisServer.StartAsync(ct: Stop);

        await using var node = await StartAsync("replaced", successor);

        Assert.All(ids, id => Assert.NotNull(node.Node.Keys.Find(Doc.ByRow.Key(id))?.Entry));
    }

    [Fact]
    public async Task A_start_asks_the_source_for_no_more_than_its_budget_and_for_nothing_that_Redis_has()
    {
        var ids = await HeatAsync("budget", servers.Cache.Redis);
        await using (var node = await StartAsync("budget", servers.Cache.Redis, options => options.WarmLoads = 3))
        {
            Assert.Equal(0, node.Node.Regions.Named(Doc.ByRow.Name).Statistics.Fills.Value);
            Assert.All(ids, id => Assert.NotNull(node.Node.Keys.Find(Doc.ByRow.Key(id))?.Entry));
        }

        await servers.Cache.AskRedisAsync("FLUSHALL");
        await using var cold = await StartAsync("budget", servers.Cache.Redis, options => options.WarmLoads = 3);

        Assert.Equal(3, cold.Node.Regions.Named(Doc.ByRow.Name).Statistics.Fills.Value);
    }

    [Fact]
    public async Task A_source_that_fails_keeps_no_node_from_starting_and_no_other_key_from_being_tried()
    {
        await HeatAsync("failing", servers.Cache.Redis);
        await servers.Cache.AskRedisAsync("FLUSHALL");

        await using var node = await StartAsync("failing", servers.Cache.Redis, postgres: "Host=127.0.0.1;Port=1;Username=nobody");

        Assert.Equal(Documents, node.Node.Regions.Named(Doc.ByRow.Name).Statistics.Failures.Value);
    }

    [Fact]
    public async Task An_administrator_warms_what_was_hot_on_a_node_that_runs()
    {
        var ids = await HeatAsync("running", servers.Cache.Redis);
        await using var node = await StartAsync("running", servers.Cache.Redis);
        await node.Of<CacheAdministration>().FlushAsync("doc:running*", Stop);
        Assert.Null(node.Node.Keys.Find(Doc.ByRow.Key(ids[0]))!.Entry);

        Assert.Equal(ids.Length, await node.Of<CacheAdministration>().WarmAsync(Stop));
        Assert.All(ids, id => Assert.NotNull(node.Node.Keys.Find(Doc.ByRow.Key(id))?.Entry));
    }

    /// <summary>A node reads some documents often, and ends.</summary>
    private async Task<string[]> HeatAsync(string service, RedisServer redis)
    {
        string[] ids = [.. Enumerable.Range(0, Documents).Select(i => $"{service} {i}")];
        await using var node = await StartAsync(service, redis);
        foreach (var id in ids)
        {
            await node.ChangeAsync(id, Stop);
            for (var i = 0; i < 100; i++)
            {
                await node.Docs(Doc.ByRow).GetAsync(id, Stop);
            }
        }

        await Soon.BecomesTrueAsync(() => ids.All(id => node.Of<CacheAdministration>().Hot(1_000).Any(hot => hot.Key == Doc.ByRow.Key(id))));
        foreach (var id in ids)
        {
            await Soon.PassesAsync(async () => Assert.Contains("\"d\":", await redis.CommandAsync($"GET \"{Doc.ByRow.Key(id)}\"", Stop), StringComparison.Ordinal));
        }

        return ids;
    }

    private Task<CacheHost> StartAsync(string service, RedisServer redis, Action<CachingOptions>? configure = null, string? postgres = null) => CacheHost.StartAsync(
        redis.ConnectionString,
        servers.Cache.Nats.Url,
        options =>
        {
            OutboxServers.AddDocs(options);
            options.WarmHot(Doc.ByRow);
            options.Service = service;

            // A busy machine needs longer.
            options.WarmLimit = TimeSpan.FromSeconds(20);
            configure?.Invoke(options);
        },
        services =>
        {
            OutboxServers.AddDocDb(services, postgres ?? servers.Postgres.ConnectionString);
            services.AddCacheOutbox<DocDb>();
        });
}
