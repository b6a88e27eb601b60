using Gaia.Gateway.Limits;
using Gaia.Testing.Limits;

namespace Gaia.Tests.Limits;

/// <summary>A gateway that knows that it is the only one.</summary>
public sealed class OnlyNodeTests : IAsyncLifetime
{
    private static readonly RateLimitPolicy Policy = new("test", 600_000, TimeSpan.FromMinutes(1));

    private readonly Identifier who = Identifier.OfUser(Guid.CreateVersion7());
    private RedisServer redis = null!;
    private NatsServer nats = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync(ct: Ct);
        nats = await NatsServer.StartAsync(ct: Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        await nats.DisposeAsync();
    }

    [Fact]
    public async Task Callers_who_ask_less_often_than_the_limit_allows_cost_Redis_nothing()
    {
        await using var node = await StartAsync();
        await Eventually.IsTrueAsync(() => node.Limiter.Terms.IsOnlyNode, TimeSpan.FromSeconds(60), Ct);
        await node.AskAsync(Policy, who);

        // A first answer that took long leaves doubts, for as long as it took.
        await Eventually.PassesAsync(
            async () =>
            {
                var (before, started) = (await QuestionsAsync(), node.Limiter.Now);

                // For as long as ten leases last.
                await Eventually.IsTrueAsync(
                    async () =>
                    {
                        Assert.True((await node.AskAsync(Policy, who)).IsAdmitted);
                        return node.Limiter.Now - started > 1_000_000;
                    },
                    ct: Ct);

                Assert.Equal(before, await QuestionsAsync());
            },
            TimeSpan.FromSeconds(60),
            Ct);
    }

    [Fact]
    public async Task Another_one_that_comes_ends_that()
    {
        await using var first = await StartAsync();
        await Eventually.IsTrueAsync(() => first.Limiter.Terms.IsOnlyNode, TimeSpan.FromSeconds(60), Ct);

        await using var second = await StartAsync();

        await Eventually.IsTrueAsync(() => !first.Limiter.Terms.IsOnlyNode, TimeSpan.FromSeconds(60), Ct);
        var before = await QuestionsAsync();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await first.AskAsync(Policy, who);
                return await QuestionsAsync() > before + 2;
            },
            TimeSpan.FromSeconds(60),
            Ct);
    }

    private Task<LimiterNode> StartAsync() =>
        LimiterNode.StartAsync(redis.ConnectionString, configure: options => options.LeaseLife = TimeSpan.FromMilliseconds(100), natsUrl: nats.Url);

    /// <summary>How often Redis was asked for a lease or told of one.</summary>
    private async Task<long> QuestionsAsync() =>
        (await redis.CommandAsync("INFO commandstats", Ct)).Split('\n')
            .Where(line => line.StartsWith("cmdstat_eval", StringComparison.Ordinal) || line.StartsWith("cmdstat_incrby", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture));
}
