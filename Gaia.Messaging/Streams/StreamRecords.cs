using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>Records in JetStream streams that whoever writes first makes.</summary>
public static class StreamRecords
{
    private const int NotFound = 404;

    /// <summary>At once, so that a month of records is never in memory whole.</summary>
    private const int Batch = 1_000;

    /// <summary>Stores a record once, however often it is tried with the same id within the stream's window of duplicates.</summary>
    /// <returns>False when NATS is unavailable, or has not answered within <paramref name="deadline"/>.</returns>
    public static async Task<bool> TryStoreAsync<T>(
        this INatsJSContext jetStream,
        StreamConfig stream,
        string subject,
        string id,
        T record,
        INatsSerialize<T> format,
        TimeSpan deadline,
        CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(deadline);
        try
        {
            if (await PublishAsync())
            {
                return true;
            }

            // Nobody has made the stream yet, or somebody has deleted it.
            await jetStream.CreateOrUpdateStreamAsync(stream, waiting.Token);
            return await PublishAsync();
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            return false;
        }

        async Task<bool> PublishAsync()
        {
            var stored = await jetStream.TryPublishAsync(subject, record, format, new NatsJSPubOpts { MsgId = id, RetryAttempts = 1 }, cancellationToken: waiting.Token);
            return stored.Success && stored.Value.Error is null;
        }
    }

    /// <summary>The records of a subject that were stored since a moment, oldest first; none when there is no such stream.</summary>
    /// <exception cref="IOException">NATS is unavailable, or not everything was read within <paramref name="deadline"/>.</exception>
    public static async IAsyncEnumerable<T> ReadSinceAsync<T>(
        this INatsJSContext jetStream,
        string stream,
        string subject,
        DateTimeOffset since,
        INatsDeserialize<T> format,
        TimeSpan deadline,
        [EnumeratorCancellation] CancellationToken ct)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        waiting.CancelAfter(deadline);
        var from = new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = since };
        if (await AnswerAsync(async () => await jetStream.CreateOrderedConsumerAsync(stream, from, waiting.Token)) is not { } consumer)
        {
            yield break;
        }

        List<INatsJSMsg<T>> batch;
        do
        {
            batch = await AnswerAsync(async () =>
            {
                List<INatsJSMsg<T>> read = [];
                await foreach (var message in consumer.FetchNoWaitAsync(new NatsJSFetchOpts { MaxMsgs = Batch }, format, waiting.Token))
                {
                    read.Add(message);
                }

                return read;
            }) ?? [];

            // NATS 2.9 ignores the filter of an ordered consumer.
            foreach (var message in batch)
            {
                if (message.Subject == subject && message.Data is { } record)
                {
                    yield return record;
                }
            }
        }
        while (batch.Count > 0);

        async Task<TAnswer?> AnswerAsync<TAnswer>(Func<Task<TAnswer>> ask)
            where TAnswer : class
        {
            try
            {
                var answer = await ask();

                // A fetch that is cancelled ends like one that found nothing.
                waiting.Token.ThrowIfCancellationRequested();
                return answer;
            }
            catch (NatsJSApiException error) when (error.Error.Code is NotFound)
            {
                return null;
            }
            catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
            {
                throw new IOException($"The stream {stream} does not answer.", error);
            }
        }
    }
}
