using Gaia.Gateway.Limits;
using Gaia.Testing.Limits;

namespace Gaia.Tests.Limits;

public sealed class SeveralNodesTests : IAsyncLifetime
{
    private const int Nodes = 4;

    private readonly LimiterNode[] nodes = new LimiterNode[Nodes];
    private RedisServer redis = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync(ct: Ct);
        for (var i = 0; i < Nodes; i++)
        {
            nodes[i] = await LimiterNode.StartAsync(redis.ConnectionString, Nodes);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await redis.DisposeAsync();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    [InlineData(20_000)]
    public async Task Together_they_admit_the_limit_and_at_most_nodes_times_lease_more(int limit)
    {
        var policy = new RateLimitPolicy("test", limit, LimiterNode.Long);
        var who = Identifier.OfUser(Guid.CreateVersion7());
        var admitted = 0;

        await Parallel.ForAsync(0, limit * 2, Ct, async (i, _) =>
        {
            // Uneven on purpose: the last node holds a lease that it hardly uses.
            var node = nodes[i % 16 == 0 ? 3 : i % 3];
            if ((await node.AskAsync(policy, who)).IsAdmitted)
            {
                Interlocked.Increment(ref admitted);
            }
        });

        Assert.InRange(admitted, limit, limit + RateLimitMetrics.BoundOf(policy, nodes[0].Limiter.Terms, Nodes));
    }

    [Fact]
    public async Task Nothing_is_refused_because_another_node_holds_a_lease_that_it_does_not_use()
    {
        var policy = new RateLimitPolicy("test", 1_000, LimiterNode.Long);
        var who = Identifier.OfUser(Guid.CreateVersion7());
        foreach (var node in nodes)
        {
            Assert.True((await node.AskAsync(policy, who)).IsAdmitted);
        }

        for (var i = Nodes; i < 1_000; i++)
        {
            Assert.True((await nodes[0].AskAsync(policy, who)).IsAdmitted);
        }

        Assert.False((await nodes[0].AskAsync(policy, who)).IsAdmitted);
    }

    [Fact]
    public async Task Without_Redis_each_enforces_its_share_and_none_fails()
    {
        var policy = new RateLimitPolicy("test", 100, LimiterNode.Long);
        var who = Identifier.OfUser(Guid.CreateVersion7());
        await redis.KillAsync(Ct);

        foreach (var node in nodes)
        {
            var admitted = 0;
            for (var i = 0; i < 100; i++)
            {
                admitted += (await node.AskAsync(policy, who)).IsAdmitted ? 1 : 0;
            }

            Assert.Equal(100 / Nodes, admitted);
        }
    }

    [Fact]
    public async Task What_passed_while_Redis_was_frozen_is_charged_afterwards()
    {
        var policy = new RateLimitPolicy("test", 100, LimiterNode.Long);
        var who = Identifier.OfUser(Guid.CreateVersion7());
        await redis.FreezeAsync(Ct);
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await nodes[0].AskAsync(policy, who)).IsAdmitted);
        }

        await redis.ThawAsync(Ct);

        await Eventually.IsTrueAsync(async () => (await nodes[1].AskAsync(policy, Identifier.OfUser(Guid.CreateVersion7()))).Remaining == 99 && !nodes[0].Store.IsUnavailable("any"), ct: Ct);
        await Eventually.IsTrueAsync(async () => (await nodes[1].AskAsync(policy, who)).Remaining < 90, ct: Ct);
    }

    [Fact]
    public async Task What_is_told_late_is_not_charged_on_top_of_what_came_while_the_quota_was_free()
    {
        // A request costs 100 ms.
        var policy = new RateLimitPolicy("test", 36_000, TimeSpan.FromHours(1));
        var (store, terms) = (nodes[0].Store, nodes[0].Limiter.Terms);
        var key = store.KeyOf(policy, Identifier.OfUser(Guid.CreateVersion7()));
        var first = await AskAsync(default, 1);
        var since = nodes[0].Limiter.Now;
        await Eventually.IsTrueAsync(() => Task.FromResult(nodes[0].Limiter.Now - since > 1_000_000), ct: Ct);
        await AskAsync(default, 1);

        // Three requests passed elsewhere while this seemed to be the first for a second.
        var late = await AskAsync(new Spending(3, nodes[0].Limiter.Now - since, first.Idle), 0);
        Assert.InRange(late.UntilTat, 0, policy.Interval);

        // Three that passed after it are charged.
        var more = await AskAsync(new Spending(3, 0, late.Idle), 0);
        Assert.InRange(more.UntilTat, policy.Interval * 3, policy.Interval * 4);

        async Task<Grant> AskAsync(Spending spending, int wanted) => (await store.AskAsync(key, policy, spending, wanted, terms))!.Value;
    }
}
