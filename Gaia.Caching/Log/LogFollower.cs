using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Caching;

/// <summary>
/// Follows the invalidation log on one node: rebuilds the fences from its tail at start, applies what comes, and after a cut goes on where it was, as soon
/// as the connection is open again.
/// </summary>
internal sealed partial class LogFollower(JetStreamLog log, INatsConnection nats, CacheNode node, Invalidator invalidator, ILogger<LogFollower> logger)
    : BackgroundService
{
    private const long Unknown = -1;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StepDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private CancellationTokenSource leg = new();
    private DateTimeOffset created;
    private long applied = Unknown;
    private End end = End.NotSeen;
    private bool lost;
    private TaskCompletionSource? progress;

    /// <summary>How many entries of the log this node had still to apply when it last looked.</summary>
    public long Lag => end == End.NotSeen ? 0 : Math.Max(0, end.Sequence - Volatile.Read(ref applied));

    /// <summary>Waits until this node has applied everything that the log holds now.</summary>
    /// <returns>False: not within <paramref name="patience"/>, or the log is away.</returns>
    public async Task<bool> CatchUpAsync(TimeSpan patience, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(patience);
        try
        {
            var last = (long)(await log.LookAsync(deadline.Token)).State.LastSeq;
            while (true)
            {
                var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var next = Interlocked.CompareExchange(ref progress, mine, null) ?? mine;
                if (Volatile.Read(ref applied) >= last)
                {
                    return true;
                }

                await next.Task.WaitAsync(deadline.Token);
            }
        }
        catch (Exception error) when (JetStreamLog.IsAway(error) && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    public override void Dispose()
    {
        leg.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        nats.ConnectionOpened += ReconnectedAsync;
        try
        {
            await Task.WhenAll(FollowAsync(stoppingToken), ProveAsync(stoppingToken));
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
        lock (gate)
        {
            leg.Cancel();
        }

        return ValueTask.CompletedTask;
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var stop = NewLeg(ct);
            try
            {
                var from = await OriginAsync(stop);
                await foreach (var message in (await log.FollowAsync(from, stop)).WithCancellation(stop))
                {
                    Apply(message);
                }
            }
            catch (Exception error) when (JetStreamLog.IsAway(error))
            {
                Lost(error);
            }

            if (!stop.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(RetryAfter, stop));
            }
        }
    }

    private CancellationToken NewLeg(CancellationToken ct)
    {
        lock (gate)
        {
            leg.Dispose();
            leg = CancellationTokenSource.CreateLinkedTokenSource(ct);
            return leg.Token;
        }
    }

    /// <summary>Where to begin: after what was applied, or, on a node that knows nothing yet, as far back as an invalidation can still matter.</summary>
    private async Task<NatsJSOrderedConsumerOpts> OriginAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(StepDeadline);
        var stream = await log.OpenAsync(deadline.Token);
        Check(stream);
        var tail = DateTimeOffset.UtcNow - node.Regions.LongestFence;
        if (applied is Unknown && (stream.State.Messages is 0 || !DateTimeOffset.TryParse(stream.State.LastTs, out var last) || last < tail))
        {
            Volatile.Write(ref applied, (long)stream.State.LastSeq);
        }

        return applied is Unknown
            ? new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = tail, InactiveThreshold = Linger }
            : new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)applied + 1, InactiveThreshold = Linger };
    }

    /// <summary>A stream that was made anew, or trimmed beyond what was applied, has lost invalidations.</summary>
    private void Check(StreamInfo stream)
    {
        var (first, last) = ((long)stream.State.FirstSeq, (long)stream.State.LastSeq);
        if (applied is not Unknown && (stream.Created != created || first > applied + 1 || last < applied))
        {
            Trimmed();
            end = End.NotSeen;
            node.Trust.Lose();
            Volatile.Write(ref applied, stream.Created == created && last >= applied ? first - 1 : 0);
            invalidator.ForgetAll();
        }

        created = stream.Created;
    }

    private void Apply(INatsJSMsg<byte[]> message)
    {
        if (message.Subject == log.Subject && message.Data is { } data && Invalidation.Read(data) is { } news)
        {
            invalidator.Apply(news);
        }

        Volatile.Write(ref applied, (long)message.Metadata!.Value.Sequence.Stream);
        Interlocked.Exchange(ref progress, null)?.SetResult();
        if (end is var seen && applied >= seen.Sequence)
        {
            node.Trust.Prove(seen.AskedAt);
        }
    }

    /// <summary>Asks for the end of the log several times within the staleness bound: who has applied that much may trust its memory.</summary>
    private async Task ProveAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromTicks(Math.Min((node.Trust.Bound / 5).Ticks, LongestPause.Ticks));
        using var timer = new PeriodicTimer(pause);
        while (await timer.WaitForNextTickAsync(ct))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(pause * 2.5);
            try
            {
                var askedAt = node.Clock.Now;
                var stream = await log.LookAsync(deadline.Token);
                if (Volatile.Read(ref applied) is not Unknown and var known && (stream.Created != created || (long)stream.State.FirstSeq > known + 1))
                {
                    await ReconnectedAsync(this, new NatsEventArgs("the log has changed"));
                    continue;
                }

                var seen = end = new((long)stream.State.LastSeq, askedAt);
                if (Volatile.Read(ref applied) >= seen.Sequence)
                {
                    node.Trust.Prove(askedAt);
                    Found();
                }
            }
            catch (Exception error) when (JetStreamLog.IsAway(error) && !ct.IsCancellationRequested)
            {
                Lost(error);
            }
        }
    }

    private void Lost(Exception error)
    {
        if (!lost && !node.Trust.HoldsNow)
        {
            lost = true;
            Unheard(error.Message);
        }
    }

    private void Found()
    {
        if (lost)
        {
            lost = false;
            Heard();
        }
    }

    /// <summary>The end of the log as it was when somebody asked.</summary>
    private sealed record End(long Sequence, long AskedAt)
    {
        public static readonly End NotSeen = new(long.MaxValue, long.MinValue);
    }

    [LoggerMessage(LogLevel.Warning, "The invalidation log is not heard: {Why}. Memory is not trusted; reads go to Redis.")]
    private partial void Unheard(string why);

    [LoggerMessage(LogLevel.Information, "The invalidation log is heard again, and everything in it has been applied.")]
    private partial void Heard();

    [LoggerMessage(LogLevel.Warning, "The invalidation log was trimmed or replaced before this node had applied it all; it forgets what it holds in memory.")]
    private partial void Trimmed();
}
