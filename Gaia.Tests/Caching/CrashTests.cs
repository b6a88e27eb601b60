using System.Data.Common;
using Gaia.Caching;
using Gaia.Tests.Survival;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gaia.Tests.Caching;

/// <summary>A dispatcher dies between commit and announcement, wherever it happens to be; the next one starts with nothing but the table.</summary>
public sealed class CrashTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private const int Deaths = 300;
    private const int Kills = 15;

    private static readonly string[] Ids = ["a", "b", "c"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_point_a_dispatcher_dies_at_no_node_keeps_an_old_value()
    {
        await using var reader = await OutboxServers.StartNodeAsync(
            servers.Cache.Redis.ConnectionString,
            servers.Cache.Nats.Url,
            servers.Postgres.ConnectionString,
            dispatches: false);
        var unfinished = 0;
        var whole = TimeSpan.FromMilliseconds(20);
        for (var death = 1; death <= Deaths; death++)
        {
            await ReadAllAsync(reader);
            await ChangeAsync(Ids[death % Ids.Length]);
            using var life = new CancellationTokenSource();
            var dispatch = DispatchAsync(reader, life.Token);
            await MeanwhileAsync(dispatch, whole);
            await life.CancelAsync();
            unfinished += await dispatch ? 0 : 1;
            if (death % 3 is 0)
            {
                var began = TimeProvider.System.GetTimestamp();
                await Soon.Passes(async () => Assert.True(await DispatchAsync(reader, Stop)));
                whole = TimeProvider.System.GetElapsedTime(began);
                Assert.Equal(0, await servers.OutboxRowsAsync());
                await Soon.Passes(() => AgreeAsync(reader));
            }
        }

        // Some died early, some late: otherwise the points were not random.
        Assert.InRange(unfinished, 1, Deaths - 1);
    }

    /// <summary>The same with nothing spared: the service's process, killed at some moment of a change that it was asked for.</summary>
    [Fact]
    public async Task Whenever_the_process_is_killed_that_makes_a_change_no_node_keeps_an_old_value()
    {
        await using var reader = await OutboxServers.StartNodeAsync(
            servers.Cache.Redis.ConnectionString,
            servers.Cache.Nats.Url,
            servers.Postgres.ConnectionString,
            dispatches: false);
        await using var writer = await Node.StartAsync(servers.Cache.Redis.Port, servers.Cache.Nats.Port, servers.Postgres.ConnectionString);
        for (var kill = 1; kill <= Kills; kill++)
        {
            // The first change of a process takes far longer than the next.
            await writer.ChangeAsync(Ids[0]);
            var began = TimeProvider.System.GetTimestamp();
            await writer.ChangeAsync(Ids[0]);
            var whole = TimeProvider.System.GetElapsedTime(began);
            await ReadAllAsync(reader);

            var change = writer.ChangeAsync(Ids[kill % Ids.Length]);
            await MeanwhileAsync(change, whole);
            await writer.DieAsync();
            await change.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            await writer.ReviveAsync();

            await Soon.Passes(async () => Assert.Equal(0, await servers.OutboxRowsAsync()), TimeSpan.FromMinutes(1));
            await Soon.Passes(() => AgreeAsync(reader), TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Until some moment of what the whole work takes, or just after it.</summary>
    private static async Task MeanwhileAsync(Task work, TimeSpan whole)
    {
        var moment = whole * Random.Shared.NextDouble() * 1.2;
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < moment && !work.IsCompleted;)
        {
            await Task.Yield();
        }
    }

    /// <summary>A dispatcher that knows nothing of those before it.</summary>
    private static async Task<bool> DispatchAsync(CacheHost host, CancellationToken life)
    {
        using var dispatcher = new OutboxDispatcher<DocDb>(
            host.Of<IServiceScopeFactory>(),
            host.Node,
            host.Of<Invalidator>(),
            host.Of<IInvalidationLog>(),
            NullLogger<OutboxDispatcher<DocDb>>.Instance);
        try
        {
            return await dispatcher.DispatchAsync(life);
        }
        catch (Exception error) when (error is OperationCanceledException or DbException && life.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The writer is a process that died right after its commit: it neither told its own cache nor anybody else.</summary>
    private async Task ChangeAsync(string id)
    {
        await using var db = servers.Open();
        await db.ChangeAsync(id, Stop);
    }

    private static async Task ReadAllAsync(CacheHost node)
    {
        foreach (var id in Ids)
        {
            await node.Docs(Doc.ByRow).GetAsync(id, Stop);
            await node.Docs(Doc.ByStamp).GetAsync(id, Stop);
        }
    }

    private async Task AgreeAsync(CacheHost node)
    {
        await using var db = servers.Open();
        foreach (var row in await db.Docs.ToListAsync(Stop))
        {
            Assert.Equal(row.Version, (await node.Docs(Doc.ByRow).GetAsync(row.Id, Stop)).Value?.Version);
            Assert.Equal(row.Version, (await node.Docs(Doc.ByStamp).GetAsync(row.Id, Stop)).Value?.Version);
        }
    }
}
