using Gaia.Caching.Administration;
using Gaia.Tests.Faults;

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
            },
            TimeSpan.FromSeconds(30));
    }

    private static string[] Ids { get; } = [.. Enumerable.Range(0, 60).Select(i => $"id{i}")];

    private static async Task<long> SizeAsync(RedisServer server) =>
        long.Parse(await server.CommandAsync("DBSIZE", Stop), System.Globalization.CultureInfo.InvariantCulture);
}
