using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gaia.Chat.Errors;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Chat.Streams;

/// <summary>Reads streams that another node writes, or that are over.</summary>
internal sealed class StreamArchive(INatsJSContext jetStream, TimeProvider clock)
{
    private const int NotFound = 404;
    private const int Attempts = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LostAfter = 4 * StreamReplicator.KeepAliveInterval;

    /// <summary>The newest stream that a request id had, or the one of a run; null when none is known any more.</summary>
    public async Task<ArchivedStream?> FindAsync(StreamKey key, string? run, CancellationToken ct)
    {
        try
        {
            // Without NATS a call waits for it instead of failing.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(CallLimit);
            var stream = await jetStream.GetStreamAsync(StreamReplicator.StreamName, cancellationToken: limit.Token);
            var last = await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = key.Subject(run ?? "*") }, limit.Token);
            return new(last.Message.Subject, last.Message.Subject.Split('.')[^1], last.Message.Hdrs is { } headers && HasLast(headers));
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return null;
        }
        catch (Exception e) when (e is NatsException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw new ChatException(StatusCodes.Status503ServiceUnavailable, "streams_unavailable", "Streams cannot be resumed while NATS is unavailable");
        }
    }

    /// <summary>The same with a timeout: who comes back quickly may be ahead of the copy that the writing node makes.</summary>
    public async Task<ArchivedStream?> WaitForAsync(StreamKey key, string? run, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stream = await FindAsync(key, run, ct);
            if (stream is not null || attempt == Attempts)
            {
                return stream;
            }

            await Task.Delay(Pause, clock, ct);
        }
    }

    /// <summary>The events after a number, and those that follow.</summary>
    /// <exception cref="TimeoutException">The node that wrote the stream is gone.</exception>
    public async IAsyncEnumerable<StreamPart> ReadAsync(ArchivedStream stream, int after, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = after + 1;
        for (var isOver = false; !isOver;)
        {
            await foreach (var part in DeliverAsync(stream, ct))
            {
                // Parts are lost with a connection. Then they are read again from the beginning, and those that are known already skipped.
                if (part.First > next)
                {
                    break;
                }

                var news = part.From(next);
                next += news.Events.Count;
                isOver = part.IsLast;
                yield return news;
            }
        }
    }

    private async IAsyncEnumerable<StreamPart> DeliverAsync(ArchivedStream stream, [EnumeratorCancellation] CancellationToken ct)
    {
        // Not an ordered consumer: its filter is a list, which servers before 2.10 do not know and ignore without a word. They would deliver
        // everybody's streams.
        var consumer = await jetStream.CreateOrUpdateConsumerAsync(
            StreamReplicator.StreamName,
            new ConsumerConfig
            {
                // A filter without a name would stand in the name's place in the subject of the request.
                Name = $"resume-{Guid.CreateVersion7():N}",
                FilterSubject = stream.Subject,
                AckPolicy = ConsumerConfigAckPolicy.None,
                InactiveThreshold = Forgotten,
                MemStorage = true,
            },
            ct);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var messages = consumer.ConsumeAsync<byte[]>(cancellationToken: timeout.Token).GetAsyncEnumerator(timeout.Token);
        while (await NextAsync(messages, timeout, ct))
        {
            var message = messages.Current;
            if (message.Subject != stream.Subject)
            {
                throw new InvalidOperationException("JetStream delivered a message of another stream");
            }

            var first = int.Parse(message.Headers![StreamReplicator.FirstHeader]!, CultureInfo.InvariantCulture);
            var part = new StreamPart(stream.Run, first, Lines(message.Data), message.Headers.ContainsKey(StreamReplicator.LastHeader));
            yield return part;
            if (part.IsLast)
            {
                yield break;
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<INatsJSMsg<byte[]>> messages, CancellationTokenSource timeout, CancellationToken ct)
    {
        try
        {
            timeout.CancelAfter(LostAfter);
            return await messages.MoveNextAsync() || (ct.IsCancellationRequested ? false : throw new TimeoutException());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    // The reply holds the headers as they were on the wire, in base 64.
    private static bool HasLast(string headers) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(headers)).Contains(StreamReplicator.LastHeader, StringComparison.Ordinal);

    private static List<byte[]> Lines(byte[]? data)
    {
        List<byte[]> lines = [];
        var rest = data.AsSpan();
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            lines.Add(rest[..end].ToArray());
        }

        return lines;
    }
}

internal sealed record ArchivedStream(string Subject, string Run, bool IsOver);
