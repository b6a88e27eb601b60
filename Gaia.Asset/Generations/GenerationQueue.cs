using Gaia.Messaging.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Asset.Generations;

/// <summary>Hands requests to the work queue on JetStream: at least once, as soon as NATS is there, from whichever replica finds them.</summary>
internal sealed partial class GenerationQueue(
    IServiceScopeFactory scopes, INatsConnection nats, IOptions<GenerationOptions> options, IOptions<JetStreamOptions> streams, TimeProvider time, ILogger<GenerationQueue> logger)
    : OutboxDispatcher<AssetDb>(scopes)
{
    public const string Stream = "GAIA_GENERATION";
    public const string Subject = "gaia.work.asset.generation";

    private const int BatchSize = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    /// <summary>Makes the stream, or finds it made.</summary>
    public async Task<INatsJSContext> OpenAsync(CancellationToken ct)
    {
        var jetStream = new NatsJSContext(nats);
        await jetStream.CreateOrUpdateStreamAsync(new StreamConfig(Stream, [Subject]) { Retention = StreamConfigRetention.Workqueue, NumReplicas = streams.Value.Replicas }, ct);
        return jetStream;
    }

    protected override async Task<bool> DispatchAsync(AssetDb db, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Deadline);
        await EnqueueWaitingAsync(db, deadline.Token);
        return true;
    }

    protected override void OnUnavailable(Exception exception) => LogUnavailable(exception.Message);

    protected override void OnAvailable() => LogAvailable();

    private async Task EnqueueWaitingAsync(AssetDb db, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var lost = now - options.Value.EnqueueAgainAfter;
        var waiting = await db.Generations.AsNoTracking()
            .Where(g => g.FinishedAt == null && (g.EnqueuedAt == null || g.EnqueuedAt < lost))
            .OrderBy(g => g.Id).Take(BatchSize).ToListAsync(ct);
        if (waiting.Count == 0)
        {
            return;
        }

        var jetStream = await OpenAsync(ct);
        foreach (var generation in waiting)
        {
            // Replicas that find the same request at once are told apart by the stream; what slips through does no harm.
            var id = $"{generation.Id:n}-{generation.EnqueuedAt?.ToUnixTimeSeconds()}";
            var ack = await jetStream.PublishAsync(Subject, generation.Id.ToByteArray(bigEndian: true), opts: new NatsJSPubOpts { MsgId = id }, cancellationToken: ct);
            ack.EnsureSuccess();
            await db.Generations.Where(g => g.Id == generation.Id).ExecuteUpdateAsync(set => set.SetProperty(g => g.EnqueuedAt, now), ct);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Generations are not enqueued yet: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Debug, "Generations are enqueued again")]
    private partial void LogAvailable();
}
