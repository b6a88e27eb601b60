using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>Reads a JetStream stream page by page, backwards, as people do.</summary>
public static class StreamPages
{
    private const int NotFound = 404;

    /// <summary>How long people wait for a page.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>The last messages, or the last before a place that a page named; none when there is no such stream.</summary>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public static async Task<StreamPage<T>> ReadPageAsync<T>(this INatsJSContext jetStream, string stream, ulong? before, int limit, INatsDeserialize<T> format, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var state = (await jetStream.GetStreamAsync(stream, cancellationToken: deadline.Token)).Info.State;
            var end = Math.Min(state.LastSeq + 1, before ?? ulong.MaxValue);
            var start = Math.Max(state.FirstSeq, end > (ulong)limit ? end - (ulong)limit : 0);
            return state.Messages is 0 || start >= end
                ? new([], null)
                : new(await jetStream.ReadAsync(stream, start, end, format, deadline.Token), start > state.FirstSeq ? start : null);
        }
        catch (NatsJSApiException error) when (error.Error.Code is NotFound)
        {
            return new([], null);
        }
        catch (Exception error) when (IsUnavailable(error) && !ct.IsCancellationRequested)
        {
            throw new IOException($"The stream {stream} does not answer.", error);
        }
    }

    /// <summary>Whether an error says that NATS, or the connection to it, is unavailable.</summary>
    public static bool IsUnavailable(Exception error) =>
        error is NatsException or OperationCanceledException or TimeoutException or IOException or ObjectDisposedException;

    private static async Task<List<INatsJSMsg<T>>> ReadAsync<T>(this INatsJSContext jetStream, string stream, ulong start, ulong end, INatsDeserialize<T> format, CancellationToken ct)
    {
        List<INatsJSMsg<T>> messages = [];
        var from = new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = start };
        var consumer = await jetStream.CreateOrderedConsumerAsync(stream, from, ct);
        await foreach (var message in consumer.FetchNoWaitAsync(new NatsJSFetchOpts { MaxMsgs = (int)(end - start) }, format, ct))
        {
            if (message.Metadata!.Value.Sequence.Stream < end)
            {
                messages.Add(message);
            }
        }

        messages.Reverse();
        return messages;
    }
}

/// <param name="Messages">Newest first.</param>
/// <param name="Before">Where earlier ones begin; null when these are the earliest.</param>
public sealed record StreamPage<T>(IReadOnlyList<INatsJSMsg<T>> Messages, ulong? Before);
