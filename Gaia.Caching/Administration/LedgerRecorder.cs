using Gaia.Caching.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaia.Caching.Administration;

/// <summary>Adds what this process sent to Redis, and that it ran, to the history: every few minutes and when it stops.</summary>
internal sealed partial class LedgerRecorder(RedisLedger ledger, LedgerHistory history, LedgerOptions options, TimeProvider time, ILogger<LedgerRecorder> logger) : BackgroundService
{
    private readonly PendingRecords<LedgerRecord> pending = new(history.TryAddAsync, time);
    private IReadOnlyDictionary<string, long> counted = new Dictionary<string, long>();
    private DateTimeOffset since = time.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RecordAsync(cancellationToken);
        if (pending.Count > 0)
        {
            LogLost(pending.Count);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RecordAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task RecordAsync(CancellationToken ct)
    {
        var (now, totals, before) = (time.GetUtcNow(), ledger.Totals, counted);
        var sent = totals.Select(total => KeyValuePair.Create(total.Key, total.Value - before.GetValueOrDefault(total.Key))).Where(sender => sender.Value > 0);
        pending.Add(new(Guid.CreateVersion7(), since, now, options.Service, options.Machine, new Dictionary<string, long>(sent)));
        (counted, since) = (totals, now);
        await pending.StoreAsync(ct);
    }

    [LoggerMessage(LogLevel.Information, "{Count} records of Redis commands could not be stored before the end of the process")]
    private partial void LogLost(int count);
}

/// <summary>What a process adds to the history of Redis commands.</summary>
/// <param name="KeyPrefix">Tells environments apart that share a NATS.</param>
/// <param name="Service">Whose process it is.</param>
/// <param name="Machine">Where it runs.</param>
/// <param name="Interval">How often it adds.</param>
/// <param name="Replicas">How many NATS servers hold it.</param>
public sealed record LedgerOptions(string KeyPrefix, string Service, string Machine, TimeSpan Interval, int Replicas);
