using System.Text.Json;
using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Gaia.Tests.Caching;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Tests.Events;

public sealed class EventOutboxTests(JournalServers servers) : IClassFixture<JournalServers>
{
    private readonly string name = $"o{Guid.CreateVersion7():n}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_committed_change_is_a_CloudEvent_in_the_stream()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        var book = await node.ChangeAsync();

        await Soon.PassesAsync(async () => Assert.Single(await node.StreamAsync()));
        var entry = (await node.StreamAsync())[0];
        var json = JsonElement.Parse(entry.Fields["event"]);
        Assert.Equal(("1-0", "gaia.persona.updated"), (entry.Id, entry.Fields["type"]));
        Assert.Equal(
            ("1.0", "/gaia/chat", "gaia.persona.updated", $"{book}", "application/json", "1"),
            (Text("specversion"), Text("source"), Text("type"), Text("subject"), Text("datacontenttype"), Text("position")));
        Assert.Equal(7, Guid.Parse(Text("id")).Version);
        Assert.Equal(TimeSpan.Zero, json.GetProperty("time").GetDateTimeOffset().Offset);
        Assert.Equal($$"""{"book_id":"{{book}}","version":1}""", json.GetProperty("data").GetRawText());

        string Text(string member) => json.GetProperty(member).GetString()!;
    }

    [Fact]
    public async Task What_is_rolled_back_or_fails_leaves_no_event()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        var book = await node.ChangeAsync();
        await node.WithAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Ct);
            db.Record(new BookChanged(book, 2));
            await db.SaveChangesAsync(Ct);
            await transaction.RollbackAsync(Ct);
            return true;
        });
        await node.WithAsync(async db =>
        {
            db.Add(new Book { Id = book });
            db.Record(new BookChanged(book, 2));
            return await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Ct));
        });
        await node.WithAsync(async db =>
        {
            db.Record(new BookChanged(book, 3));
            return await db.SaveChangesAsync(Ct);
        });

        await Soon.PassesAsync(async () => Assert.Equal([1, 3], await VersionsAsync(node)));
        Assert.Equal(["1-0", "2-0"], (await node.StreamAsync()).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Changes_of_one_subject_are_in_the_order_of_their_commits_whichever_nodes_make_them()
    {
        await using var one = await JournalNode.WriterAsync(servers, name);
        await using var two = await JournalNode.WriterAsync(servers, name);
        var books = new[] { await one.ChangeAsync(), await one.ChangeAsync() };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var change = 0; change < 24; change++)
            {
                await (writer % 2 is 0 ? one : two).ChangeAsync(books[change % 2]);
            }
        }));

        await Soon.PassesAsync(async () => Assert.Equal(194, (await one.StreamAsync()).Count));
        var events = (await one.StreamAsync()).Select(entry => entry.ToEvent()).ToList();
        Assert.Equal(Enumerable.Range(1, 194), events.Select(entry => (int)entry.Position));
        foreach (var book in books)
        {
            Assert.Equal(Enumerable.Range(1, 97), events.Where(entry => entry.Json.Contains($"{book}", StringComparison.Ordinal)).Select(entry => (int)VersionOf(entry.Json)));
        }
    }

    [Fact]
    public async Task While_Redis_is_unavailable_changes_commit_and_an_empty_Redis_gets_all_of_them()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        await node.ChangeAsync(3);
        await Soon.PassesAsync(async () => Assert.Equal(3, (await node.StreamAsync()).Count));

        await servers.Redis.KillAsync(Ct);
        await node.ChangeAsync(2);
        await servers.Redis.RestartAsync(Ct);
        await Soon.PassesAsync(async () => Assert.Equal(["1-0", "2-0", "3-0", "4-0", "5-0"], (await node.StreamAsync()).Select(entry => entry.Id)));

        await servers.Redis.CommandAsync("FLUSHALL", Ct);
        await node.ChangeAsync();
        await Soon.PassesAsync(async () => Assert.Equal(["1-0", "2-0", "3-0", "4-0", "5-0", "6-0"], (await node.StreamAsync()).Select(entry => entry.Id)));
    }

    [Fact]
    public async Task What_a_replica_lacked_when_it_took_over_is_appended_once_more()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        await node.ChangeAsync(3);
        await Soon.PassesAsync(async () => Assert.Equal(3, (await node.StreamAsync()).Count));
        var before = await node.StreamAsync();

        // As after a failover to a replica that had only the first.
        await node.Redis.KeyDeleteAsync(node.Keys.Events);
        await node.Redis.StreamAddAsync(node.Keys.Events, [.. before[0].Fields.Select(field => new StackExchange.Redis.NameValueEntry(field.Key, field.Value))], "1-0");
        await node.ChangeAsync();

        await Soon.PassesAsync(async () => Assert.Equal(["1-0", "2-0", "3-0", "4-0"], (await node.StreamAsync()).Select(entry => entry.Id)));
        Assert.Equal(before.Select(entry => entry.Fields["event"]), (await node.StreamAsync()).Take(3).Select(entry => entry.Fields["event"]));
    }

    [Fact]
    public async Task A_stream_that_is_ahead_of_the_database_is_left_alone()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        await node.ChangeAsync();
        await Soon.PassesAsync(async () => Assert.Single(await node.StreamAsync()));
        await node.Redis.StreamAddAsync(node.Keys.Events, "type", "of somebody else", "100-0");
        await node.ChangeAsync();

        await Soon.PassesAsync(async () => Assert.Equal(2, await node.WithAsync(db => db.Set<EventRow>().MaxAsync(row => row.Position, Ct))));
        Assert.Equal(["1-0", "100-0"], (await node.StreamAsync()).Select(entry => entry.Id));
        await node.Redis.KeyDeleteAsync(node.Keys.Events);
        await Soon.PassesAsync(async () => Assert.Equal(["1-0", "2-0"], (await node.StreamAsync()).Select(entry => entry.Id)));
    }

    [Fact]
    public async Task The_archive_forgets_what_is_old_and_positions_go_on()
    {
        await using var node = await JournalNode.WriterAsync(servers, name);
        await node.ChangeAsync(3);
        await Soon.PassesAsync(async () => Assert.Equal(3, (await node.StreamAsync()).Count));

        Assert.Equal(2, await node.WithAsync(db => EventArchive.DeleteAsync(db, DateTimeOffset.UtcNow.AddMinutes(1), Ct)));
        await node.ChangeAsync();

        await Soon.PassesAsync(async () => Assert.Equal(["1-0", "2-0", "3-0", "4-0"], (await node.StreamAsync()).Select(entry => entry.Id)));
    }

    [Fact]
    public async Task While_the_journal_is_off_nothing_is_written()
    {
        await using var node = await JournalNode.WriterAsync(servers, name, isOn: false);
        await node.ChangeAsync();

        Assert.Equal(0, await node.WithAsync(db => db.Set<EventRow>().CountAsync(Ct)));
        Assert.False(await node.Redis.KeyExistsAsync(node.Keys.Events));
    }

    private static async Task<IEnumerable<long>> VersionsAsync(JournalNode node) => (await node.StreamAsync()).Select(entry => VersionOf(entry.Fields["event"]));

    private static long VersionOf(string json) => JsonElement.Parse(json).GetProperty("data").GetProperty("version").GetInt64();
}
