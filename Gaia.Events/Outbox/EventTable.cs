using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Gaia.Events.Outbox;

/// <summary>The SQL of the outbox table.</summary>
internal static class EventTable
{
    private const int BatchLimit = 1_000;

    /// <summary>
    /// Gives events their sequences at the very end of their transaction, in the order of the list. A lock on each subject, which goes when the transaction has
    /// ended, lets events of one subject commit in the order of their sequences.
    /// </summary>
    public static async Task SetSequencesAsync(NpgsqlTransaction transaction, IReadOnlyList<EventRow> rows, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new($"""
            SELECT pg_advisory_xact_lock(hashtext('{EventOutbox.Table}'), hash)
            FROM (SELECT DISTINCT hashtext(subject::text) AS hash FROM unnest($1) AS subject ORDER BY 1) AS subjects
            """)
        { Parameters = { new() { Value = rows.Select(row => row.Subject).ToArray() } } });
        batch.BatchCommands.Add(new($"""
            UPDATE {EventOutbox.Table} AS event SET sequence = given.sequence, time = clock_timestamp()
            FROM (SELECT id, nextval('{EventOutbox.SequenceName}') AS sequence FROM unnest($1) WITH ORDINALITY AS ids(id, number) ORDER BY number) AS given
            WHERE event.id = given.id
            """)
        { Parameters = { new() { Value = rows.Select(row => row.Id).ToArray() } } });
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How far the journal is in the database.</summary>
    public static async Task<JournalEnd> ReadEndAsync(DbContext db, CancellationToken ct)
    {
        var hasWaiting = await db.Set<EventRow>().AnyAsync(row => row.Position == null, ct);
        return new(await db.Set<EventRow>().MaxAsync(row => row.Position, ct) ?? 0, hasWaiting);
    }

    /// <summary>
    /// Gives committed events their positions. They are committed before anything is appended, so that a position never comes to mean another event.
    /// </summary>
    /// <returns>Whether more may wait.</returns>
    public static async Task<bool> SetPositionsAsync(DbContext db, CancellationToken ct)
    {
        // It is EF that opens and closes the connection, which a pooled context would keep otherwise.
        await using var held = await db.Database.BeginTransactionAsync(ct);
        var transaction = (NpgsqlTransaction)held.GetDbTransaction();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new($"SELECT pg_advisory_xact_lock(hashtext('{EventOutbox.Table}'))"));
        batch.BatchCommands.Add(new($"""
            UPDATE {EventOutbox.Table} AS event SET position = last.position + next.number
            FROM (SELECT coalesce(max(position), 0) AS position FROM {EventOutbox.Table}) AS last,
                (SELECT id, row_number() OVER (ORDER BY sequence) AS number
                 FROM (SELECT id, sequence FROM {EventOutbox.Table} WHERE position IS NULL ORDER BY sequence LIMIT {BatchLimit}) AS waiting) AS next
            WHERE event.id = next.id
            """));
        var changed = await batch.ExecuteNonQueryAsync(ct);
        await held.CommitAsync(ct);
        return changed >= BatchLimit;
    }

    /// <summary>The events that follow a position.</summary>
    public static Task<List<EventRow>> ReadAsync(DbContext db, long after, int limit, CancellationToken ct) =>
        db.Set<EventRow>().AsNoTracking().Where(row => row.Position > after).OrderBy(row => row.Position).Take(limit).ToListAsync(ct);

    /// <summary>Deletes events that are older than the archive. The last one stays: positions are counted on from it.</summary>
    public static Task<int> DeleteAsync(DbContext db, DateTimeOffset before, CancellationToken ct) => db.Database.ExecuteSqlRawAsync(
        $"DELETE FROM {EventOutbox.Table} WHERE time < @before AND position < (SELECT max(position) FROM {EventOutbox.Table})",
        [new NpgsqlParameter("before", NpgsqlDbType.TimestampTz) { Value = before }],
        ct);
}

/// <param name="Position">Of the last event that has one.</param>
/// <param name="HasWaiting">Whether events have none yet.</param>
internal sealed record JournalEnd(long Position, bool HasWaiting);
