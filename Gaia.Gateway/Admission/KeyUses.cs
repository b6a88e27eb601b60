using System.Collections.Concurrent;
using Gaia.Gateway.Services;

namespace Gaia.Gateway.Admission;

/// <summary>Records when each API key was last used, and sends that to Auth in batches: a write per request would cost more than the request.</summary>
internal sealed class KeyUses(AuthClient auth, TimeProvider time) : BackgroundService
{
    private const int BatchLimit = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> uses = new();

    public void Note(Guid key, DateTimeOffset now)
    {
        // To the second is precise enough, and spares a busy key the write to shared memory at each request.
        if (!uses.TryGetValue(key, out var noted) || now - noted > TimeSpan.FromSeconds(1))
        {
            uses[key] = now;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TellAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TellAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TellAsync(CancellationToken ct)
    {
        foreach (var batch in uses.ToArray().Chunk(BatchLimit))
        {
            try
            {
                await auth.NoteUsesAsync([.. batch.Select(use => new KeyUse(use.Key, use.Value))], ct);
            }
            catch (HttpRequestException)
            {
                // Kept for the next time.
                return;
            }

            foreach (var use in batch)
            {
                uses.TryRemove(use);
            }
        }
    }
}
