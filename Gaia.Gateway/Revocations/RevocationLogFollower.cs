using Gaia.Caching.Log;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Gateway.Revocations;

/// <summary>
/// Follows Auth's JetStream stream, which brings a revocation within milliseconds. After a cut it goes on where it was, as soon as the connection is
/// open again.
/// </summary>
internal sealed partial class RevocationLogFollower(RevocationMap map, RevocationStalenessGuard guard, RevocationCheck check, INatsConnection nats, IOptions<JetStreamOptions> options, ILogger<RevocationLogFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(400);
    private const int NotFound = 404;
    private static readonly NatsJsonSerializer<Revocation> Json = new(EventJson.Options);

    private readonly NatsJSContext jetStream = new(nats);
    private readonly Lock gate = new();
    private CancellationTokenSource leg = new();
    private long created;
    private long found;
    private ulong applied;
    private volatile bool isContinuous;

    /// <summary>Proves by the stream alone that the map is current, for the time when Auth does not answer.</summary>
    public async Task ProveAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        try
        {
            var askedAt = RevocationStalenessGuard.Now;
            var stream = await jetStream.GetStreamAsync(Revocation.Stream, cancellationToken: deadline.Token);
            if (stream.Info.Created.UtcTicks == Volatile.Read(ref created) && Volatile.Read(ref applied) >= stream.Info.State.LastSeq && !map.HasGap
                && (isContinuous || Continues(stream.Info.Config)))
            {
                guard.Prove(askedAt);
            }

            RestartOn(stream.Info.Created.UtcTicks);
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound && Volatile.Read(ref created) != 0)
        {
            await RestoreAsync(deadline.Token);
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error) && !ct.IsCancellationRequested)
        {
            // No proof; the guard stops holding by itself.
        }
    }

    public override void Dispose()
    {
        leg.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        nats.ConnectionOpened += ReconnectedAsync;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var stop = NewLeg(stoppingToken);
                try
                {
                    await FollowAsync(stop);
                }
                catch (Exception error) when (StreamPages.IsUnavailable(error))
                {
                    // Cut off, or Auth has not made the stream yet.
                }

                if (!stop.IsCancellationRequested)
                {
                    await Task.WhenAny(Task.Delay(RetryAfter, stop));
                }
            }
        }
        finally
        {
            nats.ConnectionOpened -= ReconnectedAsync;
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        var stream = (await jetStream.GetStreamAsync(Revocation.Stream, cancellationToken: ct)).Info;
        if (stream.Created.UtcTicks != created || stream.State.FirstSeq > applied + 1)
        {
            // Another stream, or trimmed beyond what was applied: positions will show whether anything is missing.
            applied = stream.State.FirstSeq > 0 ? stream.State.FirstSeq - 1 : 0;
            isContinuous = stream.Created.UtcTicks == created ? isContinuous : created != 0 && guard.Holds;
            Volatile.Write(ref created, stream.Created.UtcTicks);
        }

        var from = new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = applied + 1 };
        var consumer = await jetStream.CreateOrderedConsumerAsync(Revocation.Stream, from, ct);
        await foreach (var message in consumer.ConsumeAsync(Json, cancellationToken: ct))
        {
            if (message.Subject == Revocation.Subject && message.Data is { Version: Revocation.CurrentVersion } revocation)
            {
                if (map.Position == 0)
                {
                    map.Begin(revocation.Position - 1);
                }

                map.Apply(revocation);
                if (map.HasGap)
                {
                    _ = check.AskAsync();
                }
            }

            Volatile.Write(ref applied, message.Metadata!.Value.Sequence.Stream);
        }
    }

    /// <summary>
    /// Whether what the stream brings follows on what the map has: Auth has put everything into it, or this node has known everything until now, and so needs
    /// only what is published from now on.
    /// </summary>
    private bool Continues(StreamConfig config) => isContinuous = guard.Holds || RevocationStreamDefinition.IsComplete(config);

    /// <summary>Makes the stream again, without waiting for Auth, which may be what is not there.</summary>
    private async Task RestoreAsync(CancellationToken ct)
    {
        try
        {
            await jetStream.CreateStreamAsync(RevocationStreamDefinition.Config(options.Value.Replicas, isComplete: false), ct);
            LogRestored();
            Restart();
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            // Somebody else was faster, or NATS cannot now: the next proof shows which.
        }
    }

    /// <summary>A consumer does not notice that its stream was deleted and made again; once for each new stream, so that a slow start is not begun anew.</summary>
    private void RestartOn(long createdAt)
    {
        if (createdAt != Volatile.Read(ref created) && Volatile.Read(ref created) != 0 && createdAt != found)
        {
            found = createdAt;
            Restart();
        }
    }

    /// <summary>Waiting for heartbeats to be missed would take seconds; a consumer made anew takes milliseconds.</summary>
    private ValueTask ReconnectedAsync(object? sender, NatsEventArgs args)
    {
        Restart();
        return ValueTask.CompletedTask;
    }

    private void Restart()
    {
        lock (gate)
        {
            leg.Cancel();
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

    [LoggerMessage(LogLevel.Warning, "Stream GAIA_AUTH was missing and has been created again")]
    private partial void LogRestored();
}
