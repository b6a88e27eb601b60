using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

/// <summary>What caches did, in the history that outlives them.</summary>
public sealed class CacheHistoryTests(CacheServers servers) : IClassFixture<CacheServers>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly string environment = $"{Guid.CreateVersion7():n}:";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nodes_counted_is_there_when_they_are_gone()
    {
        await using (var first = await StartAsync(Hour))
        {
            await ReadAsync(first, times: 3);
        }

        await using var second = await StartAsync(TimeSpan.FromMilliseconds(100));
        await ReadAsync(second, times: 2);

        // The first has added its counts when it stopped; the second finds the value in Redis.
        await ExpectAsync(second, new(Doc.ByRow.Name, Hits: 3, StoreHits: 1, Misses: 2, Waits: 2, StaleServes: 0, Fills: 1, Commands: 0));
    }

    [Fact]
    public async Task What_is_counted_while_NATS_is_unavailable_is_added_once_it_is_back()
    {
        await using var node = await StartAsync(TimeSpan.FromMilliseconds(100));
        await servers.Nats.KillAsync(Stop);
        try
        {
            await ReadAsync(node, times: 3);
            await Assert.ThrowsAsync<IOException>(() => node.Of<CacheHistory>().ReadAsync(Hour, Hour, Stop));
        }
        finally
        {
            await servers.Nats.RestartAsync(Stop);
        }

        await ReadAsync(node, times: 1);
        await Soon.PassesAsync(async () => Assert.Equal(4, (await TotalAsync(node)).Hits + (await TotalAsync(node)).Misses));
    }

    [Fact]
    public async Task Other_environments_and_earlier_times_are_left_out()
    {
        await using var other = await CacheHost.StartAsync(servers, options =>
        {
            options.KeyPrefix = $"other:{environment}";
            options.HistoryInterval = TimeSpan.FromMilliseconds(100);
            options.Region(Doc.ByRow);
        });
        await ReadAsync(other, times: 5);
        await Soon.PassesAsync(async () => Assert.Equal(5, (await TotalAsync(other)).Hits + (await TotalAsync(other)).Misses));

        await using var node = await StartAsync(Hour);

        Assert.Empty(await node.Of<CacheHistory>().ReadAsync(Hour, Hour, Stop));
        Assert.Empty(await other.Of<CacheHistory>().ReadAsync(TimeSpan.Zero, Hour, Stop));
    }

    private Task<CacheHost> StartAsync(TimeSpan interval) => CacheHost.StartAsync(servers, options =>
    {
        options.KeyPrefix = environment;
        options.HistoryInterval = interval;
        options.Region(Doc.ByRow);
    });

    private static async Task ReadAsync(CacheHost node, int times)
    {
        for (var read = 0; read < times; read++)
        {
            await node.ReadAsync(Doc.ByRow, new Doc("read", 1));
        }
    }

    private static Task ExpectAsync(CacheHost node, RegionCounters expected) =>
        Soon.PassesAsync(async () => Assert.Equal(expected, await TotalAsync(node) with { Commands = expected.Commands }));

    private static async Task<RegionCounters> TotalAsync(CacheHost node) =>
        (await node.Of<CacheHistory>().ReadAsync(Hour, TimeSpan.FromSeconds(1), Stop)).SelectMany(step => step.Regions).Aggregate((sum, region) => sum.Plus(region));
}
