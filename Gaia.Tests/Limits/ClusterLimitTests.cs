using Gaia.Gateway.Limits;
using Gaia.Testing.Limits;

namespace Gaia.Tests.Limits;

/// <summary>The limits of several gateways on a Redis Cluster.</summary>
public sealed class ClusterLimitTests : IAsyncLifetime
{
    private RedisCluster redis = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => redis = await RedisCluster.StartAsync(servesPartly: true, ct: Ct);

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    [Fact]
    public async Task Callers_share_their_limit_over_all_nodes_also_while_a_primary_that_has_none_of_them_is_frozen()
    {
        await using var one = await LimiterNode.StartAsync(redis.ConnectionString, nodes: 2);
        await using var two = await LimiterNode.StartAsync(redis.ConnectionString, nodes: 2);
        var policy = new RateLimitPolicy("test", 10, LimiterNode.Long);
        var callers = Enumerable.Range(0, 30).Select(_ => Identifier.OfUser(Guid.CreateVersion7())).ToList();
        Assert.All(await AdmitAsync(callers), admitted => Assert.Equal(10, admitted));

        await redis.Primaries[2].FreezeAsync(Ct);
        var others = Enumerable.Range(0, 30).Select(_ => Identifier.OfUser(Guid.CreateVersion7())).ToList();
        var counts = await AdmitAsync(others);

        // Who lies there gets each node's share of the limit from each node.
        Assert.Contains(others, who => one.Store.IsUnavailable(one.Store.KeyOf(policy, who)));
        Assert.Contains(others, who => !one.Store.IsUnavailable(one.Store.KeyOf(policy, who)));
        Assert.All(counts, admitted => Assert.Equal(10, admitted));
        await redis.Primaries[2].ThawAsync(Ct);
        await Eventually.IsTrueAsync(() => others.TrueForAll(who => !one.Store.IsUnavailable(one.Store.KeyOf(policy, who))), ct: Ct);

        async Task<int[]> AdmitAsync(List<Identifier> everybody) => await Task.WhenAll(everybody.Select(async who =>
        {
            var admitted = 0;
            for (var i = 0; i < 20; i++)
            {
                admitted += (await (i % 2 is 0 ? one : two).AskAsync(policy, who)).IsAdmitted ? 1 : 0;
            }

            return admitted;
        }));
    }
}
