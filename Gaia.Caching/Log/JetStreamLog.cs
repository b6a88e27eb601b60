using Gaia.Messaging.Streams;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Log;

/// <summary>The invalidation log as a JetStream stream, shared by all services; each environment has its own subject in it.</summary>
internal sealed class JetStreamLog(INatsConnection nats, StreamOrigin origin, CachingOptions options) : IInvalidationLog
{
    /// <summary>How long one answer of JetStream is waited for.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);

    private static readonly NatsJSPubOpts Once = new() { RetryAttempts = 1 };

    private readonly NatsJSContext jetStream = new(nats);

    /// <summary>Keys of different environments must not meet: a row's version means nothing in another database.</summary>
    public string Subject { get; } = $"{options.Subject}.{options.EnvironmentToken}";

    public async ValueTask<bool> PublishAsync(Invalidation invalidation, CancellationToken ct = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var sent = await jetStream.TryPublishAsync(Subject, invalidation.Write(), NatsRawSerializer<byte[]>.Default, Once, cancellationToken: deadline.Token);
            return sent.Success && sent.Value.IsSuccess();
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            return false;
        }
    }

    /// <summary>The stream as it stands where it is written; made when there is none yet, and made to remember long enough, on enough servers.</summary>
    public async Task<StreamInfo> OpenAsync(CancellationToken ct)
    {
        if (origin.IsMirrored)
        {
            return await origin.MirrorAsync(options.Stream, ct);
        }

        try
        {
            var stream = await jetStream.GetStreamAsync(options.Stream, cancellationToken: ct);
            if (!await StreamMirror.DeleteLeftoverAsync(jetStream, stream.Info, options.OwnRegion, ct)
                && stream.Info.Config.MaxAge >= options.LogAge && stream.Info.Config.NumReplicas >= options.LogReplicas)
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

    /// <summary>The last entries of this environment, or the last before a place that a page named, newest first; and where earlier ones begin.</summary>
    /// <param name="before">A place that a page named.</param>
    /// <param name="limit">At most so many; fewer where other environments share the stream.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="IOException">NATS is unavailable.</exception>
    public async Task<(IReadOnlyList<LogEntry> Entries, ulong? Before)> ReadPageAsync(ulong? before, int limit, CancellationToken ct)
    {
        var page = await jetStream.ReadPageAsync(options.Stream, before, limit, NatsRawSerializer<byte[]>.Default, ct);
        List<LogEntry> entries = [];
        foreach (var message in page.Messages.Where(message => message.Subject == Subject))
        {
            if (Invalidation.Read(message.Data) is { } invalidation)
            {
                entries.Add(new((long)message.Metadata!.Value.Sequence.Stream, message.Metadata.Value.Timestamp, invalidation));
            }
        }

        return (entries, page.Before);
    }
}
