using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Tests.Survival;

/// <summary>Three nodes under load survive everything that can be wrong with Redis, with NATS, with the links to them and with a node.</summary>
public sealed class SurvivalTests(ThreeNodes nodes) : IClassFixture<ThreeNodes>
{
    [Fact]
    public Task Redis_is_killed_and_comes_back_empty() => nodes.SurviveAsync(
        fault: () => nodes.Redis.KillAsync(),
        isFelt: () => nodes.AllAsync(state => !state.UsesRedis),
        repair: () => nodes.Redis.RestartAsync());

    [Fact]
    public Task Redis_is_frozen() => nodes.SurviveAsync(
        fault: () => nodes.Redis.FreezeAsync(),
        isFelt: () => nodes.AllAsync(state => !state.UsesRedis),
        repair: () => nodes.Redis.ThawAsync());

    [Theory]
    [InlineData("slow")]
    [InlineData("reset")]
    [InlineData("silent")]
    [InlineData("cut")]
    public Task The_links_to_Redis_are(string condition) => nodes.SurviveAsync(
        fault: () => nodes.EachAsync(node => PutAsync(node.Redis, condition)),
        isFelt: () => nodes.AllAsync(state => !state.UsesRedis),
        repair: () => nodes.EachAsync(node => node.Redis.Heal()));

    [Fact]
    public Task Redis_is_emptied_again_and_again() => nodes.SurviveAsync(
        fault: () => RepeatAsync(20, () => nodes.Redis.CommandAsync("FLUSHALL")),
        isFelt: async () => int.Parse(await nodes.Redis.CommandAsync("DBSIZE"), null) > 0,
        repair: () => nodes.Redis.CommandAsync("FLUSHALL"));

    [Fact]
    public async Task Redis_fails_over_to_a_replica_that_has_old_values_and_never_heard_of_their_invalidations()
    {
        await using var replica = await LaggingReplica.StartAsync(nodes.Redis);
        await nodes.SurviveAsync(
            fault: () =>
            {
                replica.FallBehind();
                return Task.CompletedTask;
            },
            isFelt: replica.IsWrongAsync,
            repair: async () =>
            {
                await replica.PromoteAsync();
                await nodes.MoveRedisAsync(replica.Server);
            });

        // The others hurt a server that is nobody's replica when it starts again.
        await nodes.MoveRedisAsync(await RedisServer.StartAsync(ct: TestContext.Current.CancellationToken));
    }

    [Fact]
    public Task Redis_is_absent_when_a_node_starts() => nodes.SurviveAsync(
        fault: async () =>
        {
            await nodes.Redis.KillAsync();
            await nodes.Last.DieAsync();
            await nodes.Last.ReviveAsync();
        },
        isFelt: () => nodes.AllAsync(state => !state.UsesRedis),
        repair: () => nodes.Redis.RestartAsync());

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("silent")]
    public Task A_node_neither_hears_the_log_nor_can_it_tell_it_anything_as_its_link_is(string condition) => nodes.SurviveAsync(
        fault: () => PutAsync(nodes.Last.Nats, condition),
        isFelt: async () => !(await nodes.Last.StateAsync()).TrustsLog,
        repair: () => HealAsync(nodes.Last.Nats));

    [Fact]
    public async Task The_links_of_a_node_flap()
    {
        var (redis, nats) = (nodes.Last.Redis, nodes.Last.Nats);
        var before = (Redis: redis.AcceptedConnections, Nats: nats.AcceptedConnections);
        await nodes.SurviveAsync(
            fault: () => RepeatAsync(10, async () =>
            {
                await PutAsync(Random.Shared.Next(2) is 0 ? redis : nats, Random.Shared.Next(2) is 0 ? "cut" : "reset");
                await Task.Delay(Random.Shared.Next(150));
                await Task.WhenAll(HealAsync(redis), HealAsync(nats));
            }),
            isFelt: () => Task.FromResult(redis.AcceptedConnections > before.Redis && nats.AcceptedConnections > before.Nats),
            repair: () => Task.CompletedTask);
    }

    [Theory]
    [InlineData("trimmed")]
    [InlineData("replaced")]
    public async Task While_a_node_is_cut_off_the_log_is(string what)
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = nodes.Nats.Url });
        await nodes.SurviveAsync(
            fault: () => PutAsync(nodes.Last.Nats, "cut"),
            isFelt: async () => !(await nodes.Last.StateAsync()).TrustsLog,
            repair: async () =>
            {
                var stream = await new NatsJSContext(nats).GetStreamAsync("gaia-cache");
                await (what is "trimmed" ? (Task)stream.PurgeAsync(new StreamPurgeRequest()).AsTask() : stream.DeleteAsync().AsTask());
                await HealAsync(nodes.Last.Nats);
            });
    }

    [Fact]
    public Task NATS_is_killed() => nodes.SurviveAsync(
        fault: () => nodes.Nats.KillAsync(),
        isFelt: () => nodes.AllAsync(state => !state.TrustsLog),
        repair: () => nodes.Nats.RestartAsync());

    [Fact]
    public Task NATS_is_frozen() => nodes.SurviveAsync(
        fault: () => nodes.Nats.FreezeAsync(),
        isFelt: () => nodes.AllAsync(state => !state.TrustsLog),
        repair: () => nodes.Nats.ThawAsync());

    [Fact]
    public Task NATS_is_absent_when_a_node_starts() => nodes.SurviveAsync(
        fault: async () =>
        {
            await nodes.Nats.KillAsync();
            await nodes.Last.DieAsync();
            await nodes.Last.ReviveAsync();
        },
        isFelt: () => nodes.AllAsync(state => !state.TrustsLog),
        repair: () => nodes.Nats.RestartAsync());

    [Fact]
    public Task A_node_is_killed_and_started_again() => nodes.SurviveAsync(
        fault: () => nodes.Last.DieAsync(),
        isFelt: () => Task.FromResult(!nodes.Last.IsRunning),
        repair: () => nodes.Last.ReviveAsync());

    private static Task PutAsync(FaultProxy link, string condition)
    {
        switch (condition)
        {
            case "slow":
                // There and back takes longer than a read waits for Redis.
                link.Delay(TimeSpan.FromMilliseconds(40));
                break;
            case "reset":
                link.Reset();
                break;
            case "silent":
                link.Blackhole();
                break;
            default:
                link.Cut();
                break;
        }

        return Task.CompletedTask;
    }

    private static Task HealAsync(FaultProxy link)
    {
        link.Heal();
        return Task.CompletedTask;
    }

    private static async Task RepeatAsync(int times, Func<Task> act)
    {
        for (var i = 0; i < times; i++)
        {
            await act();
            await Task.Delay(50);
        }
    }
}
