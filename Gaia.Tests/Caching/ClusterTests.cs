using Gaia.Caching.Administration;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

public sealed class ClusterTests : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RedisCluster redis = null!;
    private NatsServer nats = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisCluster.StartAsync(replicasPerPrimary: 1);
        nats = await NatsServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        await nats.DisposeAsync();
    }

    [Fact]
    public async Task Reads_changes_and_flushes_work_over_all_primaries_and_a_primary_may_die()
    {
        await using var one = await CacheHost.StartAsync(redis.ConnectionString, nats.Url);
        await using var two = await CacheHost.StartAsync(redis.ConnectionString, nats.Url);
        foreach (var id in Ids)
        {
            Assert.Equal(1, (await one.ReadAsync(Doc.ByRow, new Doc(id, 1))).Version);
        }

        await Soon.PassesAsync(async () => Assert.All(await Task.WhenAll(redis.Primaries.Select(SizeAsync)), size => Assert.True(size > 0)));
        foreach (var id in Ids)
        {
            Assert.Equal(1, (await two.ReadAsync(Doc.ByRow, id)).Version);
            await one.ChangeAsync(Doc.ByRow, id, 2);
            Assert.Equal(2, (await one.ReadAsync(Doc.ByRow, new Doc(id, 2))).Version);
        }

        await Soon.PassesAsync(async () => Assert.Equal(Ids.Length, (await one.Of<CacheAdministration>().KeysAsync("doc:*", limit: 1_000, ct: Stop)).Keys.Count));
        Assert.Equal(Ids.Length, await one.Of<CacheAdministration>().FlushAsync("doc:*", Stop));
        Assert.All(await Task.WhenAll(redis.Primaries.Select(SizeAsync)), size => Assert.Equal(0, size));

        await redis.Primaries[0].KillAsync(Stop);
        foreach (var id in Ids)
        {
            Assert.Equal(3, (await two.ReadAsync(Doc.ByRow, new Doc(id, 3))).Version);
        }

        await Soon.PassesAsync(
            async () =>
            {
                foreach (var id in Ids)
                {
                    await two.ChangeAsync(Doc.ByRow, id, 4);
                    await one.ReadAsync(Doc.ByRow, new Doc(id, 4));
                }

                Assert.All(await Task.WhenAll(new[] { redis.Replicas[0], redis.Primaries[1], redis.Primaries[2] }.Select(SizeAsync)), size => Assert.True(size > 0));
            });
    }

    [Fact]
    public async Task A_frozen_primary_costs_the_keys_of_no_other()
    {
        await using var partly = await RedisCluster.StartAsync(servesPartly: true, ct: Stop);
        await using var writer = await CacheHost.StartAsync(partly.ConnectionString, nats.Url);
        foreach (var id in Ids)
        {
            await writer.ReadAsync(Doc.ByRow, new Doc(id, 1));
        }

        await Soon.PassesAsync(async () => Assert.Equal(Ids.Length, (await Task.WhenAll(partly.Primaries.Select(SizeAsync))).Sum()));
        await using var reader = await CacheHost.StartAsync(partly.ConnectionString, nats.Url, options =>
        {
            // The others must be in time even here.
            options.RedisDeadline = TimeSpan.FromMilliseconds(500);
            options.Region(Doc.ByRow);
        });
        var primaries = reader.Of<RedisPrimaries>();
        Assert.Equal((3, 3), (primaries.UsedCount, primaries.Count));
        var frozen = partly.Primaries[1];
        var lost = Ids.Where(id => primaries.AddressOf($"doc:{id}")!.ToString()!.EndsWith($":{frozen.Port}", StringComparison.Ordinal)).ToHashSet();

        await frozen.FreezeAsync(Stop);
        await reader.ReadAsync(Doc.ByRow, new Doc(lost.First(), 1));
        await Soon.BecomesTrueAsync(() => primaries.UsedCount is 2);

        // Without a loader Redis has to know it.
        Assert.InRange(lost.Count, 2, Ids.Length - 2);
        Assert.True(reader.Of<RedisStore>().IsUsable);
        Assert.All(await Task.WhenAll(Ids.Where(id => !lost.Contains(id)).Select(id => reader.ReadAsync(Doc.ByRow, id))), read => Assert.Equal(1, read.Version));
        Assert.All(await Task.WhenAll(lost.Select(id => reader.ReadAsync(Doc.ByRow, new Doc(id, 2)))), read => Assert.InRange(read.Version, 1, 2));
        await reader.ChangeAsync(Doc.ByRow, lost.Last(), 3);

        await frozen.ThawAsync(Stop);
        await Soon.BecomesTrueAsync(() => primaries.UsedCount is 3 && reader.Of<Invalidator>().Unsent is 0);
        Assert.Equal(3, (await writer.ReadAsync(Doc.ByRow, new Doc(lost.Last(), 3))).Version);
    }

    [Theory]
    [InlineData("a}b")]
    [InlineData("}{")]
    [InlineData("{}x")]
    [InlineData("a{b")]
    [InlineData("a{b}c")]
    [InlineData("{a{b}c}")]
    public async Task Braces_in_a_key_do_not_part_it_from_its_lock(string id)
    {
        await using var one = await CacheHost.StartAsync(redis.ConnectionString, nats.Url);
        await using var two = await CacheHost.StartAsync(redis.ConnectionString, nats.Url);

        Assert.Equal(1, (await one.ReadAsync(Doc.ByRow, new Doc(id, 1))).Version);

        await Soon.PassesAsync(async () => Assert.Equal(1, (await two.ReadAsync(Doc.ByRow, id)).Version));
    }

    private static string[] Ids { get; } = [.. Enumerable.Range(0, 60).Select(i => $"id{i}")];

    private static async Task<long> SizeAsync(RedisServer server) =>
        long.Parse(await server.CommandAsync("DBSIZE", Stop), System.Globalization.CultureInfo.InvariantCulture);
}
