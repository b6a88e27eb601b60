using System.Data.Common;
using Gaia.Caching;
using Gaia.Caching.Outbox;
using Gaia.Caching.Writing;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>What has been committed is known to all nodes, whatever happens to the database afterwards.</summary>
public sealed class CommittedChangeTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_committed_change_is_announced_although_Postgres_is_unavailable_from_then_on(bool killed)
    {
        var id = $"unavailable-{killed}";
        var fault = new AfterCommit();

        // A commit that a killed Postgres may forget would prove nothing.
        await using var writer = await OutboxServers.StartNodeAsync(
            servers.Cache.Redis.ConnectionString, servers.Cache.Nats.Url, $"{servers.Postgres.ConnectionString};Options=-c synchronous_commit=on", first: fault);
        await using var reader = await servers.StartNodeAsync();
        await ChangeAsync(writer, id);
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));
        Assert.Equal(1, (await reader.Docs(Doc.ByRow).GetAsync(id, Stop)).Version);
        var timestamp = (await reader.Docs(Doc.ByTimestamp).GetAsync(id, Stop)).Version;

        fault.Next = async () =>
        {
            Assert.Equal(1, writer.Node.Keys.Find(Doc.ByRow.Key(id))!.Fence);
            await (killed ? servers.Postgres.KillAsync(Stop) : servers.Postgres.FreezeAsync(Stop));
        };
        try
        {
            await ChangeAsync(writer, id);
            Assert.Null(fault.Next);

            await Soon.BecomesTrueAsync(() => reader.Node.Keys.Find(Doc.ByRow.Key(id)) is { Fence: 2, Entry: null });
            await Soon.BecomesTrueAsync(() => reader.Node.Keys.Find(Doc.ByTimestamp.Key(id)) is { Entry: null } keyState && keyState.Fence > timestamp);
            Assert.StartsWith("{\"v\":2,\"x\":1", await servers.Cache.AskRedisAsync($"GET {Doc.ByRow.Key(id)}"), StringComparison.Ordinal);

            // However long it is away: no node has anything from before the change, which only the database could replace.
            var since = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(since) < reader.Node.StalenessGuard.Bound * 1.5)
            {
                Assert.All(
                    await Task.WhenAll(from node in (CacheHost[])[writer, reader] from region in (Region<string, Doc>[])[Doc.ByRow, Doc.ByTimestamp] select ToldAsync(node, region, id)),
                    told => Assert.True(told is null or 2, $"{told}"));
            }
        }
        finally
        {
            await (killed ? servers.Postgres.RestartAsync(Stop) : servers.Postgres.ThawAsync(Stop));
        }

        await Soon.PassesAsync(async () => Assert.Equal(2, (await reader.Docs(Doc.ByTimestamp).GetAsync(id, Stop)).Value?.Version));
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));
    }

    [Fact]
    public async Task Changes_of_one_key_are_stamped_in_the_order_of_their_commits_not_of_their_saving()
    {
        await using var node = await servers.StartNodeAsync();
        await using var early = node.Services.CreateAsyncScope();
        await using var late = node.Services.CreateAsyncScope();
        var (savedFirst, savedLast) = (early.ServiceProvider.GetRequiredService<DocDb>(), late.ServiceProvider.GetRequiredService<DocDb>());

        await using var committedLast = await savedFirst.Database.BeginTransactionAsync(Stop);
        savedFirst.Invalidate(Doc.ByTimestamp, "order");
        await savedFirst.SaveChangesAsync(Stop);
        await using var committedFirst = await savedLast.Database.BeginTransactionAsync(Stop);
        savedLast.Invalidate(Doc.ByTimestamp, "order");
        await savedLast.SaveChangesAsync(Stop);

        await committedFirst.CommitAsync(Stop);
        var first = node.Node.Keys.Find(Doc.ByTimestamp.Key("order"))!.Fence;
        await committedLast.CommitAsync(Stop);

        Assert.InRange(node.Node.Keys.Find(Doc.ByTimestamp.Key("order"))!.Fence, first + 1, long.MaxValue);
    }

    [Fact]
    public async Task A_stamp_that_Redis_could_not_compare_invalidates_even_where_a_higher_one_is_known()
    {
        await using var node = await servers.StartNodeAsync();
        var ahead = (DateTimeOffset.UtcNow.AddMinutes(1) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        await ChangeAsync(node, "skewed");
        node.Of<ChangedKeys>().Apply($$"""[{"key":"docs:skewed","v":{{ahead}}}]""");
        Assert.Equal(ahead, (await node.Docs(Doc.ByTimestamp).GetAsync("skewed", Stop)).Version);

        node.Of<Invalidator>().Apply(new() { Key = "docs:skewed", Version = ahead - 10, IsUnconfirmed = true });

        Assert.Null(node.Node.Keys.Find("docs:skewed")!.Entry);
        Assert.Equal(ahead + 1, node.Node.Keys.Find("docs:skewed")!.Fence);
        await node.Docs(Doc.ByTimestamp).GetAsync("skewed", Stop);

        node.Of<ChangedKeys>().Apply($$"""[{"key":"docs:skewed","v":{{ahead - 5}},"u":true}]""");

        Assert.Null(node.Node.Keys.Find("docs:skewed")!.Entry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[null,{},{\"key\":\"\"},{\"key\":\"doc:\\n\",\"v\":1},{\"key\":\"doc:header\",\"v\":-1}]")]
    [InlineData("{\"key\":\"doc:header\",\"v\":7}")]
    public async Task A_header_that_no_node_wrote_changes_nothing(string header)
    {
        await using var node = await servers.StartNodeAsync();

        // What other tests announced, this node has read from the log.
        var known = node.Node.Keys.Count;

        node.Of<ChangedKeys>().Apply(header);

        Assert.Equal(known, node.Node.Keys.Count);
        Assert.Null(node.Node.Keys.Find("doc:header"));
    }

    [Fact]
    public async Task What_a_caller_changed_lately_is_sent_along_by_its_newest_versions_and_for_them_alone()
    {
        await using var node = await servers.StartNodeAsync();
        var (recent, caller) = (node.Of<RecentChanges>(), Guid.NewGuid());

        recent.Add(caller, """[{"key":"doc:é","v":1},{"key":"doc:b","v":1}]""");
        recent.Add(caller, """[{"key":"doc:é","v":2},{"key":"doc:c"}]""");

        var header = recent.Find(caller)!;
        Assert.All(header, letter => Assert.InRange(letter, ' ', '~'));
        Assert.Equal([("doc:b", 1), ("doc:é", 2)], ChangedKeys.Read(header).Select(change => (change.Key, change.Version)));
        Assert.Null(recent.Find(Guid.NewGuid()));
    }

    /// <returns>The version of the document; null when there is no answer.</returns>
    private static async Task<long?> ToldAsync(CacheHost node, Region<string, Doc> region, string id)
    {
        try
        {
            return (await node.Docs(region).GetAsync(id, Stop).AsTask().WaitAsync(TimeSpan.FromMilliseconds(300), Stop)).Value?.Version;
        }
        catch (Exception error) when (error is TimeoutException or DbException or InvalidOperationException && !Stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task ChangeAsync(CacheHost node, string id)
    {
        await using var scope = node.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DocDb>().ChangeAsync(id, Stop);
    }

    /// <summary>Comes before the outbox: what happens here happens between the commit and everything that follows from it.</summary>
    private sealed class AfterCommit : DbTransactionInterceptor
    {
        public Func<Task>? Next { get; set; }

        public override async Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (Next is { } next)
            {
                Next = null;
                await next();
            }
        }
    }
}
