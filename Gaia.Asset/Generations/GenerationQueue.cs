using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Asset.Generations;

/// <summary>Hands requests to the work queue on JetStream: at least once, as soon as NATS is there, from whichever replica finds them.</summary>
internal sealed partial class GenerationQueue(
    IServiceScopeFactory scopes, INatsConnection nats, IOptions<GenerationOptions> options, IOptions<JetStreamOptions> streams, TimeProvider time, ILogger<GenerationQueue> logger) : BackgroundService
{
    public const string Stream = "GAIA_GENERATION";
    public const string Subject = "gaia.work.asset.generation";

    private const int BatchSize = 100;

    private static readonly TimeSpan Patrol = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is a new request.</summary>
    public void Wake() => calls.Writer.TryWrite(true);

    /// <summary>Makes the stream, or finds it made.</summary>
    public async Task<INatsJSContext> OpenAsync(CancellationToken ct)
    {
        var jetStream = new NatsJSContext(nats);
        await jetStream.CreateOrUpdateStreamAsync(new StreamConfig(Stream, [Subject]) { Retention = StreamConfigRetention.Workqueue, NumReplicas = streams.Value.Replicas }, ct);
        return jetStream;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            round.CancelAfter(Deadline);
            try
            {
                await EnqueueWaitingAsync(round.Token);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(e.Message);
            }

            await WaitForCallAsync(stoppingToken);
        }
    }

    private async Task EnqueueWaitingAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var lost = now - options.Value.EnqueueAgainAfter;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssetDb>();
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

    private async Task WaitForCallAsync(CancellationToken ct)
    {
        using var patrol = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patrol.CancelAfter(Patrol);
        try
        {
            await calls.Reader.ReadAsync(patrol.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody called: looked at anyway, for what another replica left.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Generations are not enqueued yet: {Reason}")]
    private partial void LogPostponed(string reason);
}
