using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Log;

/// <summary>The invalidation log as a JetStream stream, shared by all services; each environment has its own subject in it.</summary>
internal sealed class JetStreamLog(INatsConnection nats, CachingOptions options) : IInvalidationLog
{
    /// <summary>How long one answer of JetStream is waited for.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private static readonly NatsJSPubOpts Once = new() { RetryAttempts = 1 };

    private readonly NatsJSContext jetStream = new(nats);

    /// <summary>Keys of different environments must not meet: a row's version means nothing in another database.</summary>
    public string Subject { get; } = $"{options.Subject}.{(options.KeyPrefix.Length is 0 ? "all" : Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(options.KeyPrefix)))}";

    public async ValueTask<bool> PublishAsync(Invalidation invalidation, CancellationToken ct = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var sent = await jetStream.TryPublishAsync(Subject, invalidation.Write(), NatsRawSerializer<byte[]>.Default, Once, cancellationToken: deadline.Token);
            return sent.Success && sent.Value.IsSuccess();
        }
        catch (Exception error) when (IsUnavailable(error))
        {
            return false;
        }
    }

    /// <summary>The stream as it stands; made when there is none yet, and made to remember long enough, on enough servers.</summary>
    public async Task<StreamInfo> OpenAsync(CancellationToken ct)
    {
        try
        {
            var stream = await jetStream.GetStreamAsync(options.Stream, cancellationToken: ct);
            if (stream.Info.Config.MaxAge >= options.LogAge && stream.Info.Config.NumReplicas >= options.LogReplicas)
            {
                return stream.Info;
            }
        }
        catch (NatsJSApiException error) when (error.Error.Code is 404)
        {
            // The first node of all makes it.
        }

        var config = new StreamConfig(options.Stream, [$"{options.Subject}.>"])
        {
            MaxAge = options.LogAge,
            NumReplicas = options.LogReplicas,
            Discard = StreamConfigDiscard.Old,
        };
        return (await jetStream.CreateOrUpdateStreamAsync(config, ct)).Info;
    }

    /// <summary>The stream as it stands.</summary>
    public async Task<StreamInfo> LookAsync(CancellationToken ct) => (await jetStream.GetStreamAsync(options.Stream, cancellationToken: ct)).Info;

    /// <summary>All messages from a sequence on, in order and without gaps.</summary>
    public async Task<IAsyncEnumerable<INatsJSMsg<byte[]>>> FollowAsync(NatsJSOrderedConsumerOpts from, CancellationToken ct)
    {
        var consumer = await jetStream.CreateOrderedConsumerAsync(options.Stream, from, ct);
        return consumer.ConsumeAsync(NatsRawSerializer<byte[]>.Default, cancellationToken: ct);
    }

    /// <summary>The entries of this environment from a sequence on and before another, oldest first.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(long start, long end, CancellationToken ct)
    {
        List<LogEntry> entries = [];
        var from = new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)start };
        var consumer = await jetStream.CreateOrderedConsumerAsync(options.Stream, from, ct);
        await foreach (var message in consumer.FetchNoWaitAsync(new NatsJSFetchOpts { MaxMsgs = (int)(end - start) }, NatsRawSerializer<byte[]>.Default, ct))
        {
            var metadata = message.Metadata!.Value;
            if ((long)metadata.Sequence.Stream < end && message.Subject == Subject && Invalidation.Read(message.Data) is { } invalidation)
            {
                entries.Add(new((long)metadata.Sequence.Stream, metadata.Timestamp, invalidation));
            }
        }

        return entries;
    }

    public static bool IsUnavailable(Exception error) =>
        error is NatsException or OperationCanceledException or TimeoutException or IOException or ObjectDisposedException;
}
