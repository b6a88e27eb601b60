using Gaia.Gateway.Limits;
using Gaia.Testing.Limits;

namespace Gaia.Tests.Limits;

public sealed class RateLimiterTests : IAsyncLifetime
{
    private RedisServer redis = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => redis = await RedisServer.StartAsync(ct: Ct);

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(600)]
    public async Task A_caller_who_asks_all_at_once_gets_the_limit_and_no_more(int limit)
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var (policy, who) = (Policy(limit), Someone());

        var decisions = await Task.WhenAll(Enumerable.Range(0, limit * 2).Select(_ => Task.Run(() => node.AskAsync(policy, who).AsTask(), Ct)));

        Assert.Equal(limit, decisions.Count(decision => decision.IsAdmitted));
    }

    [Fact]
    public async Task Headers_agree_with_decisions()
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var random = new Random(4);
        for (var round = 0; round < 40; round++)
        {
            var (policy, who) = (Policy(random.Next(1, 400)), Someone());
            int? promised = null;
            for (var i = 0; i < policy.Limit + 5; i++)
            {
                var decision = await node.AskAsync(policy, who);

                Assert.Equal(i < policy.Limit, decision.IsAdmitted);
                Assert.Equal(promised is not 0, decision.IsAdmitted);
                Assert.Equal(Math.Max(0, policy.Limit - i - 1), decision.Remaining);
                Assert.InRange(decision.ResetSeconds, 1, (long)LimiterNode.Long.TotalSeconds);
                Assert.Equal(!decision.IsAdmitted, decision.UntilNext > 0);
                promised = decision.Remaining;
            }
        }
    }

    [Fact]
    public async Task Whoever_comes_back_when_told_to_is_admitted()
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var (policy, who) = (new RateLimitPolicy("test", 2, TimeSpan.FromSeconds(2)), Someone());
        await node.AskAsync(policy, who);
        await node.AskAsync(policy, who);
        var refused = await node.AskAsync(policy, who);
        Assert.False(refused.IsAdmitted);
        var asked = node.Limiter.Now;

        await Eventually.IsTrueAsync(() => node.Limiter.Now >= asked + refused.UntilNext + 2_000, ct: Ct);

        Assert.True((await node.AskAsync(policy, who)).IsAdmitted);
    }

    [Fact]
    public async Task What_was_used_still_counts_after_a_restart()
    {
        var (policy, who) = (Policy(1_000), Someone());
        await using (var before = await LimiterNode.StartAsync(redis.ConnectionString))
        {
            for (var i = 0; i < 100; i++)
            {
                await before.AskAsync(policy, who);
            }
        }

        await using var after = await LimiterNode.StartAsync(redis.ConnectionString);

        Assert.Equal(899, (await after.AskAsync(policy, who)).Remaining);
    }

    [Fact]
    public async Task A_raised_limit_owes_nothing_to_the_one_before()
    {
        await using var before = await LimiterNode.StartAsync(redis.ConnectionString);
        await using var after = await LimiterNode.StartAsync(redis.ConnectionString);
        var who = Someone();
        Assert.True((await before.AskAsync(Policy(1), who)).IsAdmitted);
        Assert.False((await before.AskAsync(Policy(1), who)).IsAdmitted);

        Assert.True((await after.AskAsync(Policy(1_000), who)).IsAdmitted);
    }

    [Fact]
    public async Task Callers_and_policies_do_not_share_a_quota()
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var (one, other) = (Policy(1), new RateLimitPolicy("other", 1, LimiterNode.Long));
        var (ada, bob) = (Someone(), Someone());

        Assert.True((await node.AskAsync(one, ada)).IsAdmitted);
        Assert.True((await node.AskAsync(one, bob)).IsAdmitted);
        Assert.True((await node.AskAsync(other, ada)).IsAdmitted);
        Assert.False((await node.AskAsync(one, ada)).IsAdmitted);
    }

    [Fact]
    public async Task The_key_in_Redis_is_the_one_that_the_documentation_names()
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var id = Guid.CreateVersion7();

        await node.AskAsync(new RateLimitPolicy("chat", 10, TimeSpan.FromMinutes(1)), Identifier.OfUser(id));

        Assert.Equal("1", await redis.CommandAsync($"EXISTS rate_limit:user:{id}:chat:10/60", Ct));
    }

    [Fact]
    public async Task Requests_far_from_the_limit_and_refused_ones_cost_Redis_next_to_nothing()
    {
        await using var node = await LimiterNode.StartAsync(redis.ConnectionString);
        var (wide, narrow) = (Policy(1_000_000), new RateLimitPolicy("narrow", 1, LimiterNode.Long));
        var who = Someone();
        await node.AskAsync(narrow, who);
        await node.AskAsync(wide, who);
        var before = await CommandsAsync();

        for (var i = 0; i < 2_000; i++)
        {
            Assert.True((await node.AskAsync(wide, who)).IsAdmitted);
            Assert.False((await node.AskAsync(narrow, who)).IsAdmitted);
        }

        // The two INFO commands count themselves.
        Assert.InRange(await CommandsAsync() - before, 0, 2_000 * 2 / 50);
    }

    private static RateLimitPolicy Policy(int limit) => new("test", limit, LimiterNode.Long);

    private static Identifier Someone() => Identifier.OfUser(Guid.CreateVersion7());

    private async Task<long> CommandsAsync()
    {
        var stats = await redis.CommandAsync("INFO commandstats", Ct);
        return stats.Split('\n').Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));
    }
}
