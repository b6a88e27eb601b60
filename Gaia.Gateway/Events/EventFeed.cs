using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gaia.Events;
using Gaia.Events.Journal;
using StackExchange.Redis;

namespace Gaia.Gateway.Events;

/// <summary>The journals of all services as one stream: what has been from the services' databases, what comes from Redis.</summary>
internal sealed class EventFeed(EventArchiveClient archive, JournalStreams streams, TimeProvider clock)
{
    private const int BufferSize = 500;
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <param name="positions">What each journal is read after.</param>
    /// <param name="types">Which events.</param>
    /// <param name="follows">Whether it goes on with what comes.</param>
    public async IAsyncEnumerable<FeedEvent> ReadAsync(
        IReadOnlyDictionary<string, long> positions, EventTypePattern types, bool follows, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var events = Channel.CreateBounded<(string Source, JournalEntry Event)>(BufferSize);
        var reading = Task.WhenAll(positions.Select(one => ReadAsync(one.Key, one.Value, types, follows, events.Writer, stop.Token)))
            .ContinueWith(all => events.Writer.Complete(all.Exception?.InnerException), TaskScheduler.Default);
        Dictionary<string, long> read = new(positions);
        try
        {
            await foreach (var (source, @event) in events.Reader.ReadAllAsync(ct))
            {
                read[source] = @event.Position;
                yield return new(EventPositions.Write(read), @event.Type, @event.Json);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    private async Task ReadAsync(
        string source, long position, EventTypePattern types, bool follows, ChannelWriter<(string Source, JournalEntry Event)> events, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                var page = await archive.ReadAsync(source, position, types, ct);
                foreach (var @event in page.Events)
                {
                    await events.WriteAsync((source, @event), ct);
                }

                position = page.Position;
                if (page.HasMore)
                {
                    continue;
                }

                if (!follows)
                {
                    return;
                }

                position = await TailAsync(source, position, types, events, ct);
            }
            catch (Exception e) when (follows && e is HttpRequestException or RedisException or TimeoutException)
            {
                // The service or Redis is unavailable; the database has what is missed meanwhile.
                await Task.Delay(RetryDelay, clock, ct);
            }
        }
    }

    /// <summary>Follows the stream for as long as its events have no gap.</summary>
    /// <returns>The position after which the database has to be asked again.</returns>
    private async Task<long> TailAsync(
        string source, long position, EventTypePattern types, ChannelWriter<(string Source, JournalEntry Event)> events, CancellationToken ct)
    {
        await using var connection = await streams.OpenAsync(Block);
        var keys = streams.KeysOf(source);
        while (true)
        {
            foreach (var @event in await connection.ReadAsync(keys, position, BufferSize, ct))
            {
                if (@event.Position != position + 1)
                {
                    return position;
                }

                if (types.Matches(@event.Type))
                {
                    await events.WriteAsync((source, @event), ct);
                }

                position = @event.Position;
            }
        }
    }
}
