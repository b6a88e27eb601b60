using Gaia.Caching;
using Gaia.Caching.Log;
using Gaia.Caching.Store;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Tests.Caching;

public sealed class LogTests : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly CacheServers servers = new();

    public ValueTask InitializeAsync() => servers.InitializeAsync();

    public ValueTask DisposeAsync() => servers.DisposeAsync();

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("silence")]
    public async Task A_node_that_was_cut_off_stops_trusting_its_memory_and_catches_up_when_it_returns(string fault)
    {
        await using var link = FaultProxy.Start(servers.Nats.Port);
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers.Redis.ConnectionString, NatsServer.UrlAt(link.Port));
        await reader.ReadAsync(Doc.ByRow, new Doc("c", 1));

        Fail(link, fault);
        await writer.ChangeAsync(Doc.ByRow, "c", 2);
        await Soon.PassesAsync(async () => Assert.Equal(2, (await reader.ReadAsync(Doc.ByRow, new Doc("c", 2))).Version));
        await Soon.BecomesTrueAsync(() => !reader.Node.StalenessGuard.IsTrustedNow);
        for (var i = 0; i < 100; i++)
        {
            await writer.ChangeAsync(Doc.ByRow, $"missed{i}", 5);
        }

        link.Heal();
        await Soon.BecomesTrueAsync(() => reader.Node.StalenessGuard.IsTrustedNow);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(5, reader.Node.Keys.Find($"doc:missed{i}")!.Fence));
    }

    [Fact]
    public async Task A_node_that_starts_learns_the_fences_of_the_past_from_the_log()
    {
        await using (var gone = await CacheHost.StartAsync(servers))
        {
            await gone.ChangeAsync(Doc.ByRow, "old", 9);
        }

        await servers.AskRedisAsync("FLUSHALL");
        await servers.AskRedisAsync("SET doc:old '{\"v\":8,\"e\":9999999999999,\"d\":{\"id\":\"old\",\"version\":8}}'");
        await using var node = await CacheHost.StartAsync(servers);

        Assert.Equal(9, (await node.ReadAsync(Doc.ByRow, new Doc("old", 9))).Version);
    }

    [Fact]
    public async Task A_change_that_the_log_lost_before_Redis_had_its_fence_is_in_the_log_again_afterwards()
    {
        await using var toRedis = FaultProxy.Start(servers.Redis.Port);
        await using var toNats = FaultProxy.Start(servers.Nats.Port);
        await using var writer = await CacheHost.StartAsync(servers.Redis.ConnectionStringAt(toRedis.Port), servers.Nats.Url);
        await using var reader = await CacheHost.StartAsync(servers.Redis.ConnectionString, NatsServer.UrlAt(toNats.Port));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url });
        var stream = await new NatsJSContext(nats).GetStreamAsync("gaia-cache", cancellationToken: Stop);
        await reader.ReadAsync(Doc.ByRow, new Doc("lost", 1));
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":1,", await servers.AskRedisAsync("GET doc:lost"), StringComparison.Ordinal));

        toNats.Cut();
        toRedis.Cut();
        await Soon.BecomesTrueAsync(() => !writer.Node.Store.IsUsable);
        await writer.ChangeAsync(Doc.ByRow, "lost", 2);
        await stream.PurgeAsync(new StreamPurgeRequest(), Stop);
        toNats.Heal();
        await Soon.BecomesTrueAsync(() => reader.Node.Keys.Find("doc:lost")!.Entry is null);
        await Soon.BecomesTrueAsync(() => reader.Node.StalenessGuard.IsTrustedNow);
        Assert.Equal(1, (await reader.ReadAsync(Doc.ByRow, "lost")).Version);

        toRedis.Heal();
        await Soon.PassesAsync(async () => Assert.Equal(2, (await reader.ReadAsync(Doc.ByRow, new Doc("lost", 2))).Version));
    }

    [Fact]
    public async Task Whatever_else_is_in_the_log_is_passed_over()
    {
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers);
        await reader.ReadAsync(Doc.ByRow, new Doc("p", 1));
        foreach (var poison in new[] { """{"key":"x","v":9223372036854775807}""", "", "null", "[1]", "not json", """{"key":7}""", """{"key":"","v":1}""", """{"key":"doc:\n","v":1}""", """{"key":"doc:p","v":-1}""" })
        {
            await reader.Of<INatsConnection>().PublishAsync(reader.Of<JetStreamLog>().Subject, poison, cancellationToken: Stop);
        }

        await writer.ChangeAsync(Doc.ByRow, "p", 2);

        await reader.CatchUpAsync();
        Assert.Equal(2, (await reader.ReadAsync(Doc.ByRow, new Doc("p", 2))).Version);
        await reader.ChangeAsync(Doc.ByTimestamp, "p");
        Assert.InRange(reader.Node.Keys.Find("docs:p")!.Fence, 1, Envelope.VersionLimit - 1);
    }

    [Fact]
    public async Task NATS_may_be_absent_at_the_start_and_restarted_while_Redis_carries_on()
    {
        await servers.Nats.KillAsync(Stop);
        await using var one = await CacheHost.StartAsync(servers.Redis.ConnectionString, servers.Nats.Url, trusted: false);
        await using var two = await CacheHost.StartAsync(servers.Redis.ConnectionString, servers.Nats.Url, trusted: false);

        Assert.Equal(1, (await one.ReadAsync(Doc.ByRow, new Doc("n", 1))).Version);
        await one.ChangeAsync(Doc.ByRow, "n", 2);
        Assert.Equal(2, (await two.ReadAsync(Doc.ByRow, new Doc("n", 2))).Version);
        Assert.Equal(1, one.Of<Invalidator>().Unsent);

        await servers.Nats.RestartAsync(Stop);
        await Soon.BecomesTrueAsync(() => one.Node.StalenessGuard.IsTrustedNow && two.Node.StalenessGuard.IsTrustedNow);
        await Soon.BecomesTrueAsync(() => one.Of<Invalidator>().Unsent is 0);
    }

    [Fact]
    public async Task Environments_that_share_the_servers_do_not_meet()
    {
        static void Prefixed(CachingOptions options)
        {
            options.KeyPrefix = "staging:";
            options.Region(Doc.ByRow);
        }

        await using var production = await CacheHost.StartAsync(servers);
        await using var staging = await CacheHost.StartAsync(servers, Prefixed);
        await production.ReadAsync(Doc.ByRow, new Doc("e", 1));
        await staging.ReadAsync(Doc.ByRow, new Doc("e", 40));
        await Soon.PassesAsync(async () => Assert.StartsWith("{\"v\":40", await servers.AskRedisAsync("GET staging:doc:e"), StringComparison.Ordinal));

        await staging.ChangeAsync(Doc.ByRow, "e", 41);
        await production.ChangeAsync(Doc.ByRow, "end", 1);
        await production.CatchUpAsync();

        Assert.Equal(1, (await production.ReadAsync(Doc.ByRow, "e")).Version);
    }

    private static void Fail(FaultProxy link, string fault)
    {
        switch (fault)
        {
            case "cut":
                link.Cut();
                break;
            case "reset":
                link.Reset();
                break;
            default:
                link.Blackhole();
                break;
        }
    }
}
