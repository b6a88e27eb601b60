using Gaia.Caching;
using Gaia.Testing.Caching;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Tests.Caching;

/// <summary>A log that has lost some of its entries, or all.</summary>
public sealed class DamagedLogTests : IAsyncLifetime
{
    private readonly CacheServers servers = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => servers.InitializeAsync();

    public ValueTask DisposeAsync() => servers.DisposeAsync();

    [Fact]
    public async Task A_log_that_was_trimmed_or_replaced_meanwhile_makes_a_node_forget_its_memory()
    {
        await using var link = FaultProxy.Start(servers.Nats.Port);
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers.Redis.ConnectionString, NatsServer.UrlAt(link.Port));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url });
        var stream = await new NatsJSContext(nats).GetStreamAsync("gaia-cache", cancellationToken: Stop);

        foreach (var replace in new[] { false, true })
        {
            await reader.ReadAsync(Doc.ByRow, new Doc("t", 1));
            Assert.NotNull(reader.Node.Keys.Find("doc:t")!.Entry);
            link.Cut();
            await writer.ChangeAsync(Doc.ByRow, "other", replace ? 3 : 2);
            if (replace)
            {
                await stream.DeleteAsync(Stop);
            }
            else
            {
                await stream.PurgeAsync(new StreamPurgeRequest(), Stop);
            }

            link.Heal();

            await Soon.BecomesTrueAsync(() => reader.Node.Keys.Find("doc:t")!.Entry is null);
            await Soon.BecomesTrueAsync(() => reader.Node.StalenessGuard.IsTrustedNow);
        }
    }

    [Fact]
    public async Task A_log_that_is_deleted_while_nodes_follow_it_is_made_again_by_them()
    {
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers);
        await reader.ReadAsync(Doc.ByRow, new Doc("d", 1));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url });
        var jetStream = new NatsJSContext(nats);
        await writer.ChangeAsync(Doc.ByRow, "other", 1);
        await reader.CatchUpAsync();

        await jetStream.DeleteStreamAsync("gaia-cache", Stop);

        await Soon.PassesAsync(async () => Assert.Equal(0L, (long)(await jetStream.GetStreamAsync("gaia-cache", cancellationToken: Stop)).Info.State.Messages));
        await writer.ChangeAsync(Doc.ByRow, "d", 2);
        await Soon.BecomesTrueAsync(() => reader.Node.Keys.Find("doc:d")!.Fence is 2);
        await Soon.BecomesTrueAsync(() => reader.Node.StalenessGuard.IsTrustedNow && writer.Node.StalenessGuard.IsTrustedNow);
    }

    [Fact]
    public async Task An_entry_that_the_server_can_no_longer_read_makes_a_node_forget_its_memory()
    {
        await using var link = FaultProxy.Start(servers.Nats.Port);
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers.Redis.ConnectionString, NatsServer.UrlAt(link.Port));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url });
        var stream = await new NatsJSContext(nats).GetStreamAsync("gaia-cache", cancellationToken: Stop);
        await writer.ChangeAsync(Doc.ByRow, "before", 1);
        await reader.CatchUpAsync();
        await reader.ReadAsync(Doc.ByRow, new Doc("gap", 1));
        link.Cut();
        await writer.ChangeAsync(Doc.ByRow, "gap", 2);
        await stream.RefreshAsync(Stop);
        await stream.DeleteMessageAsync(new StreamMsgDeleteRequest { Seq = stream.Info.State.LastSeq }, Stop);
        await writer.ChangeAsync(Doc.ByRow, "after", 1);

        link.Heal();

        await reader.CatchUpAsync();
        await Soon.BecomesTrueAsync(() => reader.Node.StalenessGuard.IsTrustedNow);
        Assert.Equal(2, (await reader.ReadAsync(Doc.ByRow, new Doc("gap", 2))).Version);
    }

    [Fact]
    public async Task Files_that_are_damaged_under_a_running_server_leave_nothing_old_in_a_memory_that_is_trusted()
    {
        await using var link = FaultProxy.Start(servers.Nats.Port);
        await using var writer = await CacheHost.StartAsync(servers);
        await using var reader = await CacheHost.StartAsync(servers.Redis.ConnectionString, NatsServer.UrlAt(link.Port));
        await using var nats = new NatsConnection(new NatsOpts { Url = servers.Nats.Url });
        var stream = await new NatsJSContext(nats).GetStreamAsync("gaia-cache", cancellationToken: Stop);
        await writer.ChangeAsync(Doc.ByRow, "before", 1);
        await reader.CatchUpAsync();
        await reader.ReadAsync(Doc.ByRow, new Doc("damaged", 1));
        link.Cut();
        await writer.ChangeAsync(Doc.ByRow, "damaged", 2);
        await stream.RefreshAsync(Stop);
        servers.Nats.DamageFiles("gaia-cache");

        // The server answers from its own memory until nobody has asked for some seconds.
        var asked = TimeProvider.System.GetTimestamp();
        await Eventually.IsTrueAsync(
            async () =>
            {
                if (TimeProvider.System.GetElapsedTime(asked) < TimeSpan.FromSeconds(12))
                {
                    return false;
                }

                asked = TimeProvider.System.GetTimestamp();
                return !await HasAsync(stream, stream.Info.State.LastSeq);
            },
            TimeSpan.FromSeconds(60),
            Stop);
        await writer.ChangeAsync(Doc.ByRow, "after", 1);
        link.Heal();

        // Looked at before each read, which could replace it.
        var trustedOldValue = false;
        await Soon.PassesAsync(async () =>
        {
            trustedOldValue |= reader.Node.StalenessGuard.IsTrustedNow && reader.Node.Keys.Find("doc:damaged")?.Entry is { Version: 1 };
            Assert.Equal(2, (await reader.ReadAsync(Doc.ByRow, new Doc("damaged", 2))).Version);
        });
        Assert.False(trustedOldValue);
    }

    private static async Task<bool> HasAsync(INatsJSStream stream, ulong sequence)
    {
        try
        {
            await stream.GetAsync(new StreamMsgGetRequest { Seq = sequence }, Stop);
            return true;
        }
        catch (NatsJSApiException)
        {
            return false;
        }
    }
}
