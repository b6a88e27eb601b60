using System.Data;
using Gaia.Caching.Outbox;
using Gaia.Testing.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

public sealed class OutboxTests(OutboxServers servers) : IClassFixture<OutboxServers>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_is_seen_by_its_own_request_at_once_and_by_other_nodes_soon(bool byRow)
    {
        await using var one = await servers.StartNodeAsync();
        await using var two = await servers.StartNodeAsync();
        var region = byRow ? Doc.ByRow : Doc.ByTimestamp;
        var id = $"seen-{byRow}";

        Assert.Null((await one.Docs(region).GetAsync(id, Stop)).Value);
        Assert.Null((await two.Docs(region).GetAsync(id, Stop)).Value);
        for (var version = 1; version <= 20; version++)
        {
            await ChangeAsync(one, id);

            Assert.Equal(version, (await one.Docs(region).GetAsync(id, Stop)).Value?.Version);
            await Soon.PassesAsync(async () => Assert.Equal(version, (await two.Docs(region).GetAsync(id, Stop)).Value?.Version));
        }

        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));
    }

    [Fact]
    public async Task A_context_that_the_dispatcher_had_keeps_no_connection_when_others_have_it()
    {
        await using var node = await servers.StartNodeAsync();
        for (var change = 1; change <= 10; change++)
        {
            await ChangeAsync(node, "pooled");
        }

        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));

        // All contexts of the pool at once, the dispatcher's among them.
        List<AsyncServiceScope> scopes = [.. Enumerable.Range(0, 20).Select(_ => node.Services.CreateAsyncScope())];
        foreach (var db in scopes.Select(scope => scope.ServiceProvider.GetRequiredService<DocDb>()))
        {
            await db.Docs.AnyAsync(Stop);
            Assert.Equal(ConnectionState.Closed, db.Database.GetDbConnection().State);
        }

        foreach (var scope in scopes)
        {
            await scope.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("roll back")]
    [InlineData("dispose")]
    public async Task What_is_rolled_back_leaves_no_trace(string end)
    {
        await using var node = await servers.StartNodeAsync();
        var id = $"back-{end}";
        await ChangeAsync(node, id);
        Assert.Equal(1, (await node.Docs(Doc.ByRow).GetAsync(id, Stop)).Version);
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));

        await using (var scope = node.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<DocDb>();
            await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
            {
                await db.ChangeAsync(id, Stop);
                if (end is "roll back")
                {
                    await transaction.RollbackAsync(Stop);
                }
            }

            Assert.Equal(0, await servers.OutboxRowsAsync());
            await db.ChangeAsync("afterwards", Stop);
        }

        Assert.Equal(1, node.Node.Keys.Find($"doc:{id}")!.Fence);
        Assert.Equal(1, (await node.ReadAsync(Doc.ByRow, id)).Version);
    }

    [Fact]
    public async Task A_change_whose_saving_was_cancelled_can_be_saved_again()
    {
        await using var node = await servers.StartNodeAsync();
        await using var scope = node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DocDb>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.SaveAsync(db.Add(new DocRow { Id = "again", Version = 1 }).Entity, new(true)));

        await db.SaveChangesAsync(Stop);

        Assert.Equal(1, node.Node.Keys.Find("doc:again")!.Fence);
        Assert.Equal(1, (await node.Docs(Doc.ByRow).GetAsync("again", Stop)).Value?.Version);
    }

    [Fact]
    public async Task A_change_without_a_tracked_entity_takes_part_by_its_transaction()
    {
        await using var node = await servers.StartNodeAsync();
        await ChangeAsync(node, "bulk");
        Assert.Equal(1, (await node.Docs(Doc.ByTimestamp).GetAsync("bulk", Stop)).Value?.Version);

        await using var scope = node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DocDb>();
        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await db.Docs.Where(doc => doc.Id == "bulk").ExecuteUpdateAsync(set => set.SetProperty(doc => doc.Version, 5), Stop);
            db.Invalidate(Doc.ByTimestamp, "bulk");
            await db.SaveChangesAsync(Stop);
            Assert.Equal(1, (await node.Docs(Doc.ByTimestamp).GetAsync("bulk", Stop)).Value?.Version);
            await transaction.CommitAsync(Stop);
        }

        Assert.Equal(5, (await node.Docs(Doc.ByTimestamp).GetAsync("bulk", Stop)).Value?.Version);
    }

    [Fact]
    public async Task While_Redis_and_NATS_are_away_changes_wait_in_the_table_and_are_announced_when_they_return()
    {
        await using var node = await servers.StartNodeAsync();
        await servers.Cache.Redis.KillAsync(Stop);
        await servers.Cache.Nats.KillAsync(Stop);

        await ChangeAsync(node, "away");

        Assert.Equal(1, (await node.Docs(Doc.ByRow).GetAsync("away", Stop)).Value?.Version);
        Assert.NotEqual(0, await servers.OutboxRowsAsync());
        await servers.Cache.Redis.RestartAsync(Stop);
        await servers.Cache.Nats.RestartAsync(Stop);
        await Soon.PassesAsync(async () => Assert.Equal(0, await servers.OutboxRowsAsync()));
    }

    private static async Task ChangeAsync(CacheHost node, string id)
    {
        await using var scope = node.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DocDb>().ChangeAsync(id, Stop);
    }
}
