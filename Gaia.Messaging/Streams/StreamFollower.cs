using Microsoft.Extensions.Hosting;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>
/// Follows a JetStream stream on one node: applies its messages in their order, and after a cut goes on where it was, as soon as the connection is open again.
/// Asks for the end of the stream, where it is written, several times within the staleness bound; once everything up to there has been applied, memory may be
/// used.
/// </summary>
/// <param name="name">Of the stream.</param>
/// <param name="subject">Messages of other subjects are passed over.</param>
public abstract class StreamFollower<T>(
    INatsConnection nats, StreamOrigin origin, string name, string subject, INatsDeserialize<T> format, StreamPosition position, StalenessGuard guard)
    : BackgroundService
{
    private const int NotFound = 404;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly NatsJSContext jetStream = new(nats);
    private readonly Lock gate = new();
    private CancellationTokenSource session = new();
    private volatile bool hasEntered;

    /// <summary>How far it has come.</summary>
    protected StreamPosition Position => position;

    /// <summary>Where the stream is written.</summary>
    protected StreamOrigin Origin => origin;

    /// <summary>Told when everything has been applied.</summary>
    protected StalenessGuard Guard => guard;

    /// <summary>How far back a message can still matter to a node that knows nothing yet; null: all matter.</summary>
    protected virtual DateTimeOffset? Since => null;

    /// <inheritdoc/>
    public override void Dispose()
    {
        session.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gets the stream as it stands where it is written; made when there is none, if this node may do that.</summary>
    protected abstract Task<StreamInfo> OpenAsync(INatsJSContext jetStream, CancellationToken ct);

    /// <summary>Applies the next message.</summary>
    protected abstract void Apply(INatsJSMsg<T> message);

    /// <summary>Messages were lost before they could be applied: the stream was trimmed, replaced or damaged. Called before any of those that follow are applied.</summary>
    protected abstract void OnLost();

    /// <summary>Whether this node knows everything, now that it has applied the whole stream.</summary>
    protected virtual bool IsConclusive(StreamInfo stream) => true;

    /// <summary>The whole stream has been applied.</summary>
    protected virtual void OnCurrent() { }

    /// <summary>NATS or the stream did not answer.</summary>
    protected virtual void OnUnavailable(Exception exception) { }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        nats.ConnectionOpened += ReconnectedAsync;
        try
        {
            await Task.WhenAll(FollowAsync(stoppingToken), WatchAsync(stoppingToken));
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
                await ApplyAllAsync(stop);
            }
            catch (Exception error) when (StreamPages.IsUnavailable(error))
            {
                if (!stop.IsCancellationRequested)
                {
                    OnUnavailable(error);
                }
            }

            if (!stop.IsCancellationRequested)
            {
                await Task.WhenAny(Task.Delay(RetryAfter, stop));
            }
        }
    }

    private async Task ApplyAllAsync(CancellationToken stop)
    {
        var consumer = await jetStream.CreateOrderedConsumerAsync(name, await EnterAsync(stop), stop);
        await foreach (var message in consumer.ConsumeAsync(format, cancellationToken: stop))
        {
            var sequence = (long)message.Metadata!.Value.Sequence.Stream;
            if (position.IsBehind(sequence))
            {
                // The server passes over a message that it no longer has without a word.
                OnLost();
            }

            if (message.Subject == subject)
            {
                Apply(message);
            }

            Confirm(position.Apply(sequence));
        }
    }

    /// <summary>Where to begin: after what was applied, or, on a node that knows nothing yet, as far back as a message can still matter.</summary>
    private async Task<NatsJSOrderedConsumerOpts> EnterAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(OpenDeadline);
        var since = Since;
        var stream = await OpenAsync(jetStream, deadline.Token);
        if (position.IsLostIn(stream))
        {
            OnLost();
        }

        position.Enter(stream, since);
        hasEntered = true;
        return position.Applied is { } applied
            ? new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)applied + 1, InactiveThreshold = Linger }
            : new() { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = since!.Value, InactiveThreshold = Linger };
    }

    /// <summary>Asks for the end of the stream several times within the staleness bound.</summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        var pause = TimeSpan.FromTicks(Math.Min((guard.Bound / 5).Ticks, LongestPause.Ticks));
        using var timer = new PeriodicTimer(pause);
        while (await timer.WaitForNextTickAsync(ct))
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(pause * 2.5);
            try
            {
                var askedAt = guard.Now;
                if (await origin.FindAsync(name, deadline.Token) is not { } stream || position.HasGap(stream))
                {
                    EnterAgain();
                }
                else
                {
                    Confirm(position.See(new(stream, askedAt)));
                }
            }
            catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
            {
                if (error is NatsJSApiException { Error.Code: NotFound })
                {
                    EnterAgain();
                }

                OnUnavailable(error);
            }
        }
    }

    private void Confirm(StreamEnd? reached)
    {
        if (reached is not null && IsConclusive(reached.Stream))
        {
            guard.Confirm(reached.AskedAt);
            OnCurrent();
        }
    }

    /// <summary>A consumer does not notice that its stream was deleted or made again. A session that is only beginning looks by itself.</summary>
    private void EnterAgain()
    {
        if (hasEntered)
        {
            EndSession();
        }
    }

    private CancellationToken StartSession(CancellationToken ct)
    {
        lock (gate)
        {
            hasEntered = false;
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
}
