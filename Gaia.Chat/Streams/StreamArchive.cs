using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gaia.Chat.Refusals;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Chat.Streams;

/// <summary>Reads streams that another node writes, or that are over.</summary>
internal sealed class StreamArchive(INatsJSContext jetStream)
{
    private const int NotFound = 404;

    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LostAfter = 4 * StreamMirror.SignOfLifeInterval;

    /// <summary>The newest stream that a request id had, or the one of a run; null when none is known any more.</summary>
    public async Task<ArchivedStream?> Find(StreamKey key, string? run, CancellationToken ct)
    {
        try
        {
            // Without NATS a call waits for it instead of failing.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(CallLimit);
            var stream = await jetStream.GetStreamAsync(StreamMirror.StreamName, cancellationToken: limit.Token);
            var last = await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = key.Subject(run ?? "*") }, limit.Token);
            return new(last.Message.Subject, last.Message.Subject.Split('.')[^1], last.Message.Hdrs is { } headers && HasLast(headers));
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return null;
        }
        catch (Exception e) when (e is NatsException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            throw new ChatRefusal(StatusCodes.Status503ServiceUnavailable, "streams_unavailable", "Streams cannot be resumed while NATS is away");
        }
    }

    /// <summary>The events after a number, and those that follow.</summary>
    /// <exception cref="TimeoutException">The node that wrote the stream is gone.</exception>
    public async IAsyncEnumerable<StreamPart> Read(ArchivedStream stream, int after, [EnumeratorCancellation] CancellationToken ct)
    {
        var consumer = await jetStream.CreateOrderedConsumerAsync(StreamMirror.StreamName, new() { FilterSubjects = [stream.Subject] }, ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var messages = consumer.ConsumeAsync<byte[]>(cancellationToken: patience.Token).GetAsyncEnumerator(patience.Token);
        while (await Next(messages, patience, ct))
        {
            var message = messages.Current;
            var first = int.Parse(message.Headers![StreamMirror.FirstHeader]!, CultureInfo.InvariantCulture);
            var part = new StreamPart(stream.Run, first, Lines(message.Data), message.Headers.ContainsKey(StreamMirror.LastHeader));
            yield return part.From(after + 1);
            if (part.IsLast)
            {
                yield break;
            }
        }
    }

    private static async Task<bool> Next(IAsyncEnumerator<INatsJSMsg<byte[]>> messages, CancellationTokenSource patience, CancellationToken ct)
    {
        try
        {
            patience.CancelAfter(LostAfter);
            return await messages.MoveNextAsync() || (ct.IsCancellationRequested ? false : throw new TimeoutException());
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    // The reply holds the headers as they were on the wire, in base 64.
    private static bool HasLast(string headers) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(headers)).Contains(StreamMirror.LastHeader, StringComparison.Ordinal);

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
