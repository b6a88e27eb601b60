using System.Threading.Channels;
using Npgsql;

namespace Gaia.Chat.Usage;

/// <summary>Saves usage records in batches in the background. No request waits for it, and records are kept while the database is unavailable.</summary>
internal sealed partial class UsageWriter(IServiceScopeFactory scopes, UsageSignal signal, TimeProvider clock, ILogger<UsageWriter> log) : BackgroundService
{
    private const int BatchLimit = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a record waits for others: saving each on its own costs a good part of the processor time of a request.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly Channel<(UsageRecord Record, BudgetReservation? Reservation)> records = Channel.CreateUnbounded<(UsageRecord, BudgetReservation?)>(new() { SingleReader = true });

    /// <param name="reservation">The reservation that it replaces; null when there is none.</param>
    public void Add(UsageRecord record, BudgetReservation? reservation) => records.Writer.TryWrite((record, reservation));

    /// <summary>Writes what is left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        records.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await Task.WhenAny(writing, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<(UsageRecord Record, BudgetReservation? Reservation)>();
        while (await records.Reader.WaitToReadAsync(stoppingToken))
        {
            Gather(batch);

            // Reservations are released without delay.
            if (batch.TrueForAll(one => one.Reservation is null))
            {
                await Task.WhenAny(records.Reader.Completion, Task.Delay(Gathering, clock, stoppingToken));
                Gather(batch);
            }

            while (!await TryWriteAsync(batch, stoppingToken))
            {
                await Task.Delay(Pause, clock, stoppingToken);
            }

            batch.Clear();
        }
    }

    private void Gather(List<(UsageRecord Record, BudgetReservation? Reservation)> batch)
    {
        while (batch.Count < BatchLimit && records.Reader.TryRead(out var record))
        {
            batch.Add(record);
        }
    }

    private async Task<bool> TryWriteAsync(List<(UsageRecord Record, BudgetReservation? Reservation)> batch, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
            foreach (var (record, reservation) in batch)
            {
                db.Put(record, reservation);
            }

            await db.SaveChangesAsync(ct);
            signal.Set();
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or { InnerException: NpgsqlException } or TimeoutException)
        {
            LogWaiting(batch.Count, e.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} usage records wait for the database ({Reason})")]
    private partial void LogWaiting(int count, string reason);
}
