using Gaia.Caching.Log;
using Gaia.Caching.Reading;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching.Writing;

/// <summary>
/// Follows the invalidation log on one node: rebuilds the fences from its tail at start, applies what comes, and after a cut goes on where it was, as soon
/// as the connection is open again.
/// </summary>
internal sealed partial class LogFollower(
    JetStreamLog log,
    LogPosition position,
    INatsConnection nats,
    CacheNode node,
    Invalidator invalidator,
    RecentInvalidations recent,
    CachingOptions options,
    ILogger<LogFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StepDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private CancellationTokenSource session = new();
    private long startedAt;
    private bool isUnavailable;

    public override void Dispose()
    {
        session.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        nats.ConnectionOpened += ReconnectedAsync;
        startedAt = node.Clock.Now;
        try
        {
            await Task.WhenAll(FollowAsync(stoppingToken), ConfirmAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            nats.ConnectionOpened -= ReconnectedAsync;
        }
    }

    /// <summary>Waiting for heartbeats to be missed would take seconds; a consumer made anew takes milliseconds.</summary>
    private ValueTask ReconnectedAsync(object? sender, NatsEventArgs args)
    {
        EndSession();
        return ValueTask.CompletedTask;
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var stop = StartSession(ct);
            try
            {
                var from = await OriginAsync(stop);
                await foreach (var message in (await log.FollowAsync(from, stop)).WithCancellation(stop))
                {
                    // Other environments have subjects of their own in the same stream.
                    var metadata = message.Metadata!.Value;
                    if (position.IsBehind((long)metadata.Sequence.Stream))
                    {
                        // The server passes over an entry that it no longer has without a word.
                        LogTrimmed();
                        invalidator.ForgetAll();
                    }

                    if (message.Subject == log.Subject && Invalidation.Read(message.Data) is { } invalidation)
                    {
                        invalidator.Apply(invalidation);
                        recent.Add((long)metadata.Sequence.Stream, metadata.Timestamp, invalidation);
                    }

                    position.Apply((long)metadata.Sequence.Stream);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The next leg begins, or the host stops.
            }
            catch (Exception error) when (StreamPages.IsUnavailable(error))
            {
                ReportUnavailable(error);
            }

            if (!stop.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(RetryAfter, stop));
            }
        }
    }

    private CancellationToken StartSession(CancellationToken ct)
    {
        lock (gate)
        {
            session.Dispose();
            session = CancellationTokenSource.CreateLinkedTokenSource(ct);
            return session.Token;
        }
    }

    private void EndSession()
    {
        lock (gate)
        {
            session.Cancel();
        }
    }

    /// <summary>Where to begin: after what was applied, or, on a node that knows nothing yet, as far back as an invalidation can still matter.</summary>
    private async Task<NatsJSOrderedConsumerOpts> OriginAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(StepDeadline);
        var tail = DateTimeOffset.UtcNow - node.Regions.LongestFence;
        var stream = await log.OpenAsync(deadline.Token);
        if (position.IsLostIn(stream))
        {
            LogTrimmed();
            invalidator.ForgetAll();
        }

        position.Enter(stream, tail);
        return position.Applied is { } applied
            ? new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)applied + 1, InactiveThreshold = Linger }
            : new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = tail, InactiveThreshold = Linger };
    }

    /// <summary>Asks for the end of the log several times within the staleness bound.</summary>
    private async Task ConfirmAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromTicks(Math.Min((node.StalenessGuard.Bound / 5).Ticks, LongestPause.Ticks));
        using var timer = new PeriodicTimer(pause);
        while (await timer.WaitForNextTickAsync(ct))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(pause * 2.5);
            try
            {
                var askedAt = node.Clock.Now;
                var stream = await log.LookAsync(deadline.Token);
                if (position.HasGap(stream))
                {
                    EndSession();
                }
                else if (position.Saw((long)stream.State.LastSeq, askedAt))
                {
                    ReportAvailable();
                }
            }
            catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
            {
                ReportUnavailable(error);
            }
        }
    }

    private void ReportUnavailable(Exception error)
    {
        // A cold start makes the stream and connects first: that is not worth a warning unless it lasts.
        var isStarting = node.StalenessGuard.SinceConfirmation == TimeSpan.MaxValue && node.Clock.Now - startedAt < options.StartGrace.TotalMilliseconds;
        if (!isUnavailable && !node.StalenessGuard.IsTrustedNow && !isStarting)
        {
            isUnavailable = true;
            LogUnavailable(error.Message);
        }
    }

    private void ReportAvailable()
    {
        if (isUnavailable)
        {
            isUnavailable = false;
            LogAvailable();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Invalidation log unavailable ({Reason}): bypassing the in-memory cache until it is back")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Invalidation log available again: all its entries have been applied")]
    private partial void LogAvailable();

    [LoggerMessage(LogLevel.Warning, "Invalidation log trimmed, replaced or damaged before all its entries were applied: the in-memory cache has been cleared")]
    private partial void LogTrimmed();
}
