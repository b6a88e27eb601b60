using System.Threading.Channels;
using Npgsql;

namespace Gaia.Chat.Usage;

/// <summary>Writes down what calls took that store nothing else, behind their callers' backs: nobody waits for it, and nothing is lost while the database is away.</summary>
internal sealed partial class UsageLog(IServiceScopeFactory scopes, TimeProvider clock, ILogger<UsageLog> log) : BackgroundService
{
    private const int BatchLimit = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<UsageRecord> records = Channel.CreateUnbounded<UsageRecord>(new() { SingleReader = true });

    public void Add(UsageRecord record) => records.Writer.TryWrite(record);

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
        var batch = new List<UsageRecord>();
        while (await records.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < BatchLimit && records.Reader.TryRead(out var record))
            {
                batch.Add(record);
            }

            while (!await TryWrite(batch, stoppingToken))
            {
                await Task.Delay(Pause, clock, stoppingToken);
            }

            batch.Clear();
        }
    }

    private async Task<bool> TryWrite(List<UsageRecord> batch, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ChatDb>();
            db.AddRange(batch);
            await db.SaveChangesAsync(ct);
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
