using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Gaia.Caching.Outbox;

/// <summary>The outbox table, held by one dispatcher at a time: an advisory lock lasts as long as the transaction, however that ends.</summary>
/// <remarks>
/// It is EF that opens and closes the connection. Contexts are pooled, and one whose connection somebody else opened keeps a connection for as long as each later
/// user of it has it: as long as a stream, for instance.
/// </remarks>
internal sealed class OutboxTable : IAsyncDisposable
{
    private const int BatchLimit = 500;

    private readonly IDbContextTransaction held;
    private readonly NpgsqlTransaction transaction;

    private OutboxTable(IDbContextTransaction held) => (this.held, transaction) = (held, (NpgsqlTransaction)held.GetDbTransaction());

    /// <summary>
    /// Gives changes without a row's version their timestamps, at the very end of the transaction that makes them. A lock on each key, which goes when the
    /// transaction has ended, lets changes of one key commit in the order of their timestamps: nothing that was loaded between two of them passes for newer
    /// than the second.
    /// </summary>
    public static async Task SetTimestampsAsync(NpgsqlTransaction transaction, IEnumerable<CacheChange> changes, CancellationToken ct)
    {
        var byId = changes.ToDictionary(change => change.Id);
        if (byId.Count is 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new($"""
            SELECT pg_advisory_xact_lock(hashtext('{CacheOutbox.Table}'), hash)
            FROM (SELECT DISTINCT hashtext(key) AS hash FROM unnest($1) AS key ORDER BY 1) AS keys
            """)
        { Parameters = { new() { Value = byId.Values.Select(change => change.Key).ToArray() } } });
        batch.BatchCommands.Add(new($"UPDATE {CacheOutbox.Table} SET at = clock_timestamp() WHERE id = ANY($1) RETURNING id, at")
        { Parameters = { new() { Value = byId.Keys.ToArray() } } });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            byId[reader.GetGuid(0)].At = reader.GetFieldValue<DateTimeOffset>(1);
        }
    }

    public static async Task<bool> IsEmptyAsync(DbContext db, CancellationToken ct) => !await db.Set<CacheChange>().AnyAsync(ct);

    /// <summary>Waits until no other dispatcher of this database is at work.</summary>
    public static async Task<OutboxTable> HoldAsync(DbContext db, CancellationToken ct)
    {
        var table = new OutboxTable(await db.Database.BeginTransactionAsync(ct));
        try
        {
            await using var command = table.Command($"SELECT pg_advisory_xact_lock(hashtext('{CacheOutbox.Table}'))");
            await command.ExecuteNonQueryAsync(ct);
            return table;
        }
        catch
        {
            await table.DisposeAsync();
            throw;
        }
    }

    /// <summary>The oldest rows.</summary>
    public async Task<IReadOnlyList<Row>> ReadAsync(CancellationToken ct)
    {
        await using var command = Command($"SELECT id, key, version, at, clock_timestamp() - at FROM {CacheOutbox.Table} ORDER BY id LIMIT {BatchLimit}");
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new(
                reader.GetGuid(0),
                reader.GetString(1),
                await reader.IsDBNullAsync(2, ct) ? null : reader.GetInt64(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<TimeSpan>(4)));
        }

        return rows;
    }

    public async Task DeleteAsync(IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await using var command = Command($"DELETE FROM {CacheOutbox.Table} WHERE id = ANY($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await command.ExecuteNonQueryAsync(ct);
        await held.CommitAsync(ct);
    }

    public ValueTask DisposeAsync() => held.DisposeAsync();

    private NpgsqlCommand Command(string sql) => new(sql, transaction.Connection, transaction);

    /// <param name="Age">How long ago the change was committed.</param>
    internal sealed record Row(Guid Id, string Key, long? Version, DateTimeOffset At, TimeSpan Age)
    {
        public long Timestamp => CacheChange.TimestampOf(At);
    }
}
