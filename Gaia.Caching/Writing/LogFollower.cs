using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Gaia.Messaging.Streams;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Writing;

/// <summary>Follows the invalidation log on one node: rebuilds the fences from its tail at start, and applies what comes.</summary>
internal sealed partial class LogFollower(
    JetStreamLog log,
    LogPosition position,
    INatsConnection nats,
    StreamOrigin origin,
    CacheNode node,
    Invalidator invalidator,
    RecentInvalidations recent,
    CachingOptions options,
    ILogger<LogFollower> logger)
    : StreamFollower<byte[]>(nats, origin, options.Stream, log.Subject, NatsRawSerializer<byte[]>.Default, position, node.StalenessGuard)
{
    private readonly long startedAt = node.Clock.Now;
    private bool isUnavailable;

    protected override DateTimeOffset? Since => DateTimeOffset.UtcNow - node.Regions.LongestFence;

    protected override Task<StreamInfo> OpenAsync(INatsJSContext jetStream, CancellationToken ct) => log.OpenAsync(ct);

    protected override void Apply(INatsJSMsg<byte[]> message)
    {
        if (Invalidation.Read(message.Data) is { } invalidation)
        {
            var metadata = message.Metadata!.Value;
            invalidator.Apply(invalidation);
            recent.Add((long)metadata.Sequence.Stream, metadata.Timestamp, invalidation);
        }
    }

    protected override void OnLost()
    {
        LogTrimmed();
        invalidator.ForgetAll();
        Guard.Reset();
    }

    protected override void OnCurrent()
    {
        if (isUnavailable)
        {
            isUnavailable = false;
            LogAvailable();
        }
    }

    protected override void OnUnavailable(Exception exception)
    {
        // A cold start makes the stream and connects first: that is not worth a warning unless it lasts.
        var isStarting = Guard.SinceConfirmation == TimeSpan.MaxValue && node.Clock.Now - startedAt < options.StartGrace.TotalMilliseconds;
        if (!isUnavailable && !Guard.IsTrustedNow && !isStarting)
        {
            isUnavailable = true;
            LogUnavailable(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Invalidation log unavailable ({Reason}): bypassing the in-memory cache until it is back")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Invalidation log available again: all its entries have been applied")]
    private partial void LogAvailable();

    [LoggerMessage(LogLevel.Warning, "Invalidation log trimmed, replaced or damaged before all its entries were applied: the in-memory cache has been cleared")]
    private partial void LogTrimmed();
}
