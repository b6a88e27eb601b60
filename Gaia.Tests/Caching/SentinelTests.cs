using Gaia.Testing.Caching;

namespace Gaia.Tests.Caching;

/// <summary>Redis as a primary with a replica, and a Sentinel that says which of them is the primary.</summary>
public sealed class SentinelTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_the_primary_died_the_promoted_replica_is_used_and_gets_the_fences_that_it_has_lost()
    {
        await using var primary = await RedisServer.StartAsync(ct: Ct);
        await using var replica = await RedisServer.StartAsync(replicaOf: primary, ct: Ct);
        await using var sentinel = await RedisSentinel.StartAsync(primary, Ct);
        await using var nats = await NatsServer.StartAsync(ct: Ct);
        await using var node = await CacheHost.StartAsync(sentinel.ConnectionString, nats.Url);
        await node.ReadAsync(Doc.ByRow, new Doc("old", 1));
        await node.ChangeAsync(Doc.ByRow, "old", 2);
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":2,", await replica.CommandAsync("GET doc:old", Ct), StringComparison.Ordinal));

        // As a replica that lagged behind.
        await replica.CommandAsync("CONFIG SET replica-read-only no", Ct);
        await replica.CommandAsync("DEL doc:old", Ct);
        await primary.KillAsync(Ct);

        await Soon.PassesAsync(async () => Assert.Contains("role:master", await replica.CommandAsync("INFO replication", Ct), StringComparison.Ordinal));
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":2,", await replica.CommandAsync("GET doc:old", Ct), StringComparison.Ordinal));
        await Soon.PassesAsync(async () =>
        {
            var id = $"{Guid.CreateVersion7()}";
            await node.ReadAsync(Doc.ByRow, new Doc(id, 1));
            await Eventually.PassesAsync(
                async () => Assert.StartsWith("{\"v\":1,", await replica.CommandAsync($"GET doc:{id}", Ct), StringComparison.Ordinal), TimeSpan.FromSeconds(1), Ct);
        });
    }
}
