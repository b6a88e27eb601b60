using System.Threading.Channels;
using Gaia.Messaging.Streams;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.Serializers.Json;

namespace Gaia.Gateway.Audit;

/// <summary>
/// What administrators changed, in a JetStream stream that every gateway reads. A record is stored before its change is answered; while NATS is unavailable it is
/// kept in memory, and stored once as soon as NATS is back.
/// </summary>
internal sealed partial class AuditLog(INatsConnection nats, IOptions<JetStreamOptions> options, ILogger<AuditLog> logger) : BackgroundService
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);
    private static readonly NatsJsonSerializer<AuditRecord> Json = new(EventJson.Options);

    private readonly NatsJSContext jetStream = new(nats);
    private readonly StreamConfig stream =
        new(AuditRecord.Stream, [AuditRecord.Subject]) { MaxAge = Kept, NumReplicas = options.Value.Replicas, DuplicateWindow = TimeSpan.FromMinutes(2) };

    private readonly Channel<AuditRecord> pending = Channel.CreateUnbounded<AuditRecord>(new() { SingleReader = true });

    /// <summary>Returns once the record is stored, or after a short wait when NATS is unavailable.</summary>
    public async Task AddAsync(AuditRecord record)
    {
        if (!await TryStoreAsync(record))
        {
            LogDelayed(record);
            pending.Writer.TryWrite(record);
        }
    }

    /// <summary>The last records, or the last before a place that a page named.</summary>
    /// <exception cref="UnavailableException">NATS is unavailable.</exception>
    public async Task<AuditPage> ReadAsync(ulong? before, int limit, CancellationToken ct)
    {
        try
        {
            var page = await jetStream.ReadPageAsync(AuditRecord.Stream, before, limit, Json, ct);
            return new([.. page.Messages.Select(message => message.Data).OfType<AuditRecord>()], page.Before);
        }
        catch (IOException error)
        {
            throw new UnavailableException("The audit log", error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var record in pending.Reader.ReadAllAsync(stoppingToken))
            {
                while (!await StoreOrLogAsync(record, stoppingToken))
                {
                    await Task.Delay(RetryAfter, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            while (pending.Reader.TryRead(out var record))
            {
                await StoreOrLogAsync(record, stoppingToken);
            }
        }
    }

    /// <returns>False to try again. Records that could not be stored before the process ends are written to the log.</returns>
    private async Task<bool> StoreOrLogAsync(AuditRecord record, CancellationToken stoppingToken)
    {
        if (await TryStoreAsync(record))
        {
            return true;
        }

        if (stoppingToken.IsCancellationRequested)
        {
            LogNotStored(record);
        }

        return false;
    }

    private Task<bool> TryStoreAsync(AuditRecord record) =>
        jetStream.TryStoreAsync(stream, AuditRecord.Subject, $"{record.Id}", record, Json, Deadline, CancellationToken.None);

    [LoggerMessage(LogLevel.Warning, "NATS is unavailable; an audit record is kept until it is back: {Record}")]
    private partial void LogDelayed(AuditRecord record);

    [LoggerMessage(LogLevel.Error, "An audit record could not be stored before the end of the process: {Record}")]
    private partial void LogNotStored(AuditRecord record);
}
