using Gaia.Events;
using Gaia.Events.Consumers;
using Gaia.Testing.Events;
using Gaia.Tests.Caching;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace Gaia.Tests.Events;

public sealed class EventConsumerTests(JournalServers servers) : IClassFixture<JournalServers>
{
    private readonly string name = $"c{Guid.CreateVersion7():n}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Consumers_of_a_group_share_its_events_and_each_has_one_effect()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await writer.ChangeAsync(3);
        await using var one = await JournalNode.ReaderAsync(servers, name);
        await using var two = await JournalNode.ReaderAsync(servers, name);
        await SeenAsync(writer, 3);

        await writer.ChangeAsync(20);

        await SeenAsync(writer, 23);
        await Soon.PassesAsync(async () => Assert.Equal(0, (await writer.Redis.StreamPendingAsync(writer.Keys.Events, JournalNode.Group)).PendingMessageCount));
    }

    [Fact]
    public async Task A_group_goes_on_where_it_was_when_it_starts_again_or_Redis_was_emptied()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await using (await JournalNode.ReaderAsync(servers, name))
        {
            await writer.ChangeAsync(3);
            await SeenAsync(writer, 3);
        }

        await writer.ChangeAsync(2);
        await using var reader = await JournalNode.ReaderAsync(servers, name);
        await SeenAsync(writer, 5);

        await servers.Redis.CommandAsync("FLUSHALL", Ct);
        await writer.ChangeAsync(2);
        await SeenAsync(writer, 7);
    }

    [Fact]
    public async Task What_a_consumer_was_given_and_did_not_handle_is_handled_by_another()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await writer.ChangeAsync(3);
        await Soon.PassesAsync(async () => Assert.Equal(3, (await writer.StreamAsync()).Count));
        await writer.Redis.StreamCreateConsumerGroupAsync(writer.Keys.Events, JournalNode.Group, "0-0");
        Assert.Equal(3, (await writer.Redis.StreamReadGroupAsync(writer.Keys.Events, JournalNode.Group, "died", ">")).Length);

        await using var reader = await JournalNode.ReaderAsync(servers, name, configure: options => (options.Block, options.ClaimAfter) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100)));

        await SeenAsync(writer, 3);
        await Soon.PassesAsync(async () => Assert.Equal(0, (await writer.Redis.StreamPendingAsync(writer.Keys.Events, JournalNode.Group)).PendingMessageCount));
        await SeenAsync(writer, 3);
    }

    [Fact]
    public async Task An_event_that_fails_five_times_becomes_a_dead_letter_and_the_others_are_handled_once()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await writer.ChangeAsync(10);
        await Soon.PassesAsync(async () => Assert.Equal(10, (await writer.StreamAsync()).Count));
        var (failures, fails) = (0, true);
        await using var reader = await JournalNode.ReaderAsync(servers, name, HandleAsync);

        await Soon.PassesAsync(async () => Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9, 10], (await writer.SeenAsync()).Select(seen => seen.Position)));
        var letter = Assert.Single(await writer.Redis.StreamRangeAsync(writer.Keys.DeadLetters));
        Assert.Equal((JournalNode.Group, 5, 5, "It cannot be."), ((string)letter["group"]!, (int)letter["position"], (int)letter["failures"], (string)letter["reason"]!));
        Assert.Equal(6, failures);

        fails = false;
        await ReplayRequest.SendAsync(writer.Redis, writer.Keys, JournalNode.Group, after: 4, until: 5, EventTypePattern.All);
        await Soon.PassesAsync(async () => Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9, 10, 5], (await writer.SeenAsync()).Select(seen => seen.Position)));

        Task HandleAsync(ShelfDb db, CloudEvent<BookChanged> @event, CancellationToken ct)
        {
            if (@event.Position is 5 && fails)
            {
                failures++;
                throw new InvalidOperationException("It cannot be.");
            }

            return JournalNode.SeeAsync(db, @event, ct);
        }
    }

    [Fact]
    public async Task A_replay_delivers_what_was_handled_once_more_and_to_its_group_only()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await writer.ChangeAsync(3);
        await using var one = await JournalNode.ReaderAsync(servers, name);
        await using var two = await JournalNode.ReaderAsync(servers, name);
        await SeenAsync(writer, 3);

        await ReplayRequest.SendAsync(writer.Redis, writer.Keys, "another", after: 0, until: null, EventTypePattern.All);
        await ReplayRequest.SendAsync(writer.Redis, writer.Keys, JournalNode.Group, after: 0, until: null, EventTypePattern.TryParse("conversation.*")!);
        await ReplayRequest.SendAsync(writer.Redis, writer.Keys, JournalNode.Group, after: 1, until: null, EventTypePattern.TryParse("persona.*")!);

        await Soon.PassesAsync(async () => Assert.Equal([1, 2, 3, 2, 3], (await writer.SeenAsync()).Select(seen => seen.Position)));
        await writer.ChangeAsync();
        await Soon.PassesAsync(async () => Assert.Equal([1, 2, 3, 2, 3, 4], (await writer.SeenAsync()).Select(seen => seen.Position)));
    }

    [Fact]
    public async Task A_group_that_met_a_trim_goes_on_behind_it()
    {
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await writer.ChangeAsync(4);
        await Soon.PassesAsync(async () => Assert.Equal(4, (await writer.StreamAsync()).Count));
        await writer.Redis.StreamTrimAsync(writer.Keys.Events, 2);

        await using var reader = await JournalNode.ReaderAsync(servers, name);

        await Soon.PassesAsync(async () => Assert.Equal([3, 4], (await writer.SeenAsync()).Select(seen => seen.Position)));
    }

    [Fact]
    public async Task A_stream_that_is_lost_while_a_group_catches_up_costs_it_no_event()
    {
        await using (var gone = await JournalNode.WriterAsync(servers, name))
        {
            await gone.ChangeAsync(20);
            await Soon.PassesAsync(async () => Assert.Equal(20, (await gone.StreamAsync()).Count));
        }

        TaskCompletionSource reached = new(), lost = new();
        await using var reader = await JournalNode.ReaderAsync(servers, name, HandleAsync, options => options.BatchSize = 5);
        await reached.Task.WaitAsync(Ct);
        await reader.Redis.KeyDeleteAsync(reader.Keys.Events);
        lost.SetResult();

        // Nobody appends it again before there is a writer.
        await Soon.PassesAsync(async () => Assert.Equal(5, (await reader.SeenAsync()).Count));
        await using var writer = await JournalNode.WriterAsync(servers, name);
        await SeenAsync(writer, 20);

        async Task HandleAsync(ShelfDb db, CloudEvent<BookChanged> @event, CancellationToken ct)
        {
            if (@event.Position is 5)
            {
                reached.TrySetResult();
                await lost.Task.WaitAsync(ct);
            }

            await JournalNode.SeeAsync(db, @event, ct);
        }
    }

    private static Task SeenAsync(JournalNode node, int count) => Soon.PassesAsync(
        async () => Assert.Equal(Enumerable.Range(1, count), (await node.SeenAsync()).Select(seen => (int)seen.Position)));
}
