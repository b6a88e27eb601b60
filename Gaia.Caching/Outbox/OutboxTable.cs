using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Gaia.Caching;

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

    /// <summary>The oldest rows, with the time on Postgres' clock, which is later than their commit.</summary>
    public async Task<IReadOnlyList<Row>> ReadAsync(CancellationToken ct)
    {
        await using var command = Command($"SELECT id, key, version, at, clock_timestamp() FROM {CacheOutbox.Table} ORDER BY id LIMIT {BatchLimit}");
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct))
        {
            rows.Add(new(
                reader.GetGuid(0),
                reader.GetString(1),
                await reader.IsDBNullAsync(2, ct) ? null : reader.GetInt64(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
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

    internal sealed record Row(Guid Id, string Key, long? Version, DateTimeOffset At, DateTimeOffset Now)
    {
        /// <summary>A stamp for the change: taken after its commit, on the one clock that all dispatchers of this database share.</summary>
        public long Stamp => (Now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }
}
