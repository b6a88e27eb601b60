using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Asset.Generations;

/// <summary>Takes work from the queue, one piece at a time. A worker that dies lets it fall back into the queue.</summary>
internal sealed partial class GenerationWorker(
    IServiceScopeFactory scopes, GenerationQueue queue, IOptions<GenerationOptions> options, TimeProvider time, ILogger<GenerationWorker> logger) : BackgroundService
{
    private const string Consumer = "workers";
    private const int SignsOfLifePerWait = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogInterrupted(e.Message);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        var jetStream = await queue.OpenAsync(ct);
        var consumer = await jetStream.CreateOrUpdateConsumerAsync(
            GenerationQueue.Stream,
            new ConsumerConfig(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = options.Value.AckWait, MaxDeliver = -1 },
            ct);

        while (!ct.IsCancellationRequested)
        {
            if (await consumer.NextAsync<byte[]>(cancellationToken: ct) is { Data: { } body } message)
            {
                await HandleAsync(message, new Guid(body, bigEndian: true), ct);
            }
        }
    }

    private async Task HandleAsync(INatsJSMsg<byte[]> message, Guid id, CancellationToken ct)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var signs = SendHeartbeatsAsync(message, done.Token);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var settled = await scope.ServiceProvider.GetRequiredService<GenerationJob>().RunAsync(id, ct);
            if (settled)
            {
                await message.AckAsync(cancellationToken: ct);
            }
            else
            {
                await message.NakAsync(new AckOpts { NakDelay = PauseAfter(message.Metadata?.NumDelivered ?? 1) }, ct);
            }
        }
        finally
        {
            await done.CancelAsync();
            await signs;
        }
    }

    /// <summary>Twice as long after each attempt.</summary>
    private static TimeSpan PauseAfter(ulong attempts) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Pause.Ticks << (int)Math.Min(attempts - 1, 8)));

    private async Task SendHeartbeatsAsync(INatsJSMsg<byte[]> message, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(options.Value.AckWait / SignsOfLifePerWait, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await message.AckProgressAsync(cancellationToken: ct);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NatsException)
        {
            // Done, or unheard: then another worker may begin as well, and the first that finishes wins.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The generation queue is interrupted: {Reason}")]
    private partial void LogInterrupted(string reason);
}
