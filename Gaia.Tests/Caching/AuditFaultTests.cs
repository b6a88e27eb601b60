using Gaia.Caching;
using Gaia.Caching.Administration;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Tests.Caching;

/// <summary>Three nodes under load audit each other while something is broken: nothing they do is taken for a violation, and a violation still is.</summary>
public sealed class AuditFaultTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private const int Documents = 24;

    /// <summary>Looks at the longest delay that a node may have before it: those of four seconds, of every key on three nodes and in Redis.</summary>
    private const int MostPending = 4 * 2 * Documents * 4;

    /// <summary>How long something is broken.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan BetweenFlushes = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Redis killed")]
    [InlineData("Redis frozen")]
    [InlineData("Redis emptied")]
    [InlineData("NATS killed")]
    [InlineData("NATS frozen")]
    [InlineData("Postgres killed")]
    [InlineData("Postgres frozen")]
    [InlineData("a node cut off")]
    [InlineData("log trimmed")]
    public async Task No_fault_raises_a_false_alarm(string fault)
    {
        await using var redis = FaultProxy.Start(servers.Cache.Redis.Port);
        await using var nats = FaultProxy.Start(servers.Cache.Nats.Port);
        await using var first = await AuditedNode.StartAsync(servers);
        await using var second = await AuditedNode.StartAsync(servers);
        await using var third = await AuditedNode.StartAsync(servers.Cache.Redis.ConnectionStringAt(redis.Port), NatsServer.UrlAt(nats.Port), servers.Postgres.ConnectionString);
        CacheHost[] nodes = [first, second, third];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var load = LoadAsync(nodes, over.Token);
        await Soon.PassesAsync(async () => Assert.InRange(await first.ChecksAsync(), 100, long.MaxValue), Deadline);

        var repair = await BreakAsync(fault, [redis, nats]);
        await Task.Delay(Lasts, Stop);
        await repair();
        await Soon.BecomesTrueAsync(() => nodes.All(node => node.Node is { StalenessGuard.IsTrustedNow: true, Store.IsUsable: true }), Deadline);

        // Looks are taken in the order in which they are due: all that was looked at while something was broken has been resolved by then.
        var seen = Array.ConvertAll(nodes, LastLooks);
        await Soon.PassesAsync(
            () =>
            {
                Assert.All(nodes.Zip(seen), node => Assert.InRange(LastLooks(node.First), node.Second + MostPending, long.MaxValue));
                return Task.CompletedTask;
            },
            Deadline);
        Assert.Empty(Violations(nodes));
        await over.CancelAsync();
        await load;
        await Soon.PassesAsync(
            async () =>
            {
                await second.Docs(Doc.ByRow).GetAsync("d0", Stop);
                await using var db = servers.Open();
                await db.Docs.Where(doc => doc.Id == "d0").ExecuteUpdateAsync(doc => doc.SetProperty(row => row.Version, row => row.Version + 1), Stop);
            },
            Deadline);
        await Soon.PassesAsync(async () => Assert.Contains(await first.ViolationsAsync(), found => found.Key == "doc:d0"), Deadline);
        Assert.All(Violations(nodes), found => Assert.EndsWith(":d0", found.Key, StringComparison.Ordinal));
    }

    /// <summary>Of each node itself, whoever answers the others just now.</summary>
    private static List<ConsistencyViolation> Violations(CacheHost[] nodes) => [.. nodes.SelectMany(node => node.Of<AuditTally>().Report()!.Violations)];

    private static long LastLooks(CacheHost node) =>
        node.Of<AuditTally>().Report()!.Counts.Where(count => count.After == (int)AuditedNode.LastLook.TotalSeconds).Sum(count => count.Checks);

    private async Task<Func<Task>> BreakAsync(string fault, FaultProxy[] links)
    {
        var (redis, nats, postgres) = (servers.Cache.Redis, servers.Cache.Nats, servers.Postgres);
        switch (fault)
        {
            case "Redis killed":
                await redis.KillAsync(Stop);
                return () => redis.RestartAsync(Stop);
            case "Redis frozen":
                await redis.FreezeAsync(Stop);
                return () => redis.ThawAsync(Stop);
            case "NATS killed":
                await nats.KillAsync(Stop);
                return () => nats.RestartAsync(Stop);
            case "NATS frozen":
                await nats.FreezeAsync(Stop);
                return () => nats.ThawAsync(Stop);
            case "Postgres killed":
                await postgres.KillAsync(Stop);
                return () => postgres.RestartAsync(Stop);
            case "Postgres frozen":
                await postgres.FreezeAsync(Stop);
                return () => postgres.ThawAsync(Stop);
            case "a node cut off":
                Array.ForEach(links, link => link.Cut());
                return () =>
                {
                    Array.ForEach(links, link => link.Heal());
                    return Task.CompletedTask;
                };
            case "log trimmed":
                await using (var connection = new NatsConnection(new NatsOpts { Url = nats.Url }))
                {
                    await (await new NatsJSContext(connection).GetStreamAsync("gaia-cache", cancellationToken: Stop)).PurgeAsync(new StreamPurgeRequest(), Stop);
                }

                return () => Task.CompletedTask;
            default:
                for (var i = 0; i < 20; i++)
                {
                    await redis.CommandAsync("FLUSHALL", Stop);
                    await Task.Delay(BetweenFlushes, Stop);
                }

                return () => Task.CompletedTask;
        }
    }

    private static Task LoadAsync(CacheHost[] nodes, CancellationToken over) => Task.WhenAll(
    [
        .. nodes.Select(node => RepeatAsync(TimeSpan.FromMilliseconds(2), async id =>
        {
            await node.Docs(Doc.ByRow).GetAsync(id, over);
            await node.Docs(Doc.ByTimestamp).GetAsync(id, over);
        }, over)),
        .. nodes.Select(node => RepeatAsync(TimeSpan.FromMilliseconds(30), id => node.ChangeAsync(id, over), over)),
    ]);

    /// <summary>What fails while something is broken is none of the audit's.</summary>
    private static Task RepeatAsync(TimeSpan pause, Func<string, Task> act, CancellationToken over) => Task.Run(
        async () =>
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    await act($"d{Random.Shared.Next(Documents)}");
                }
                catch (Exception error) when (error is System.Data.Common.DbException or DbUpdateException or InvalidOperationException or TimeoutException or OperationCanceledException)
                {
                    // The next one may succeed.
                }

                await Task.WhenAny(Task.Delay(pause, over));
            }
        },
        CancellationToken.None);
}
