using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Caching;

/// <summary>The outbox table, held by one dispatcher at a time: an advisory lock lasts as long as the transaction, however that ends.</summary>
internal sealed class OutboxTable : IAsyncDisposable
{
    private const int BatchLimit = 500;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private OutboxTable(NpgsqlConnection connection, NpgsqlTransaction transaction) => (this.connection, this.transaction) = (connection, transaction);

    public static async Task<bool> IsEmptyAsync(DbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT 1 FROM {CacheOutbox.Table})", (NpgsqlConnection)db.Database.GetDbConnection());
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Waits until no other dispatcher of this database is at work.</summary>
    public static async Task<OutboxTable> HoldAsync(DbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var table = new OutboxTable(connection, await connection.BeginTransactionAsync(ct));
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_xact_lock(hashtext('{CacheOutbox.Table}'))", connection, table.transaction);
        await command.ExecuteNonQueryAsync(ct);
        return table;
    }

    /// <summary>The oldest rows, with the time on Postgres' clock, which is later than their commit.</summary>
    public async Task<IReadOnlyList<Row>> ReadAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT id, key, version, at, clock_timestamp() FROM {CacheOutbox.Table} ORDER BY id LIMIT {BatchLimit}",
            connection,
            transaction);
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
        await using var command = new NpgsqlCommand($"DELETE FROM {CacheOutbox.Table} WHERE id = ANY($1)", connection, transaction);
        command.Parameters.Add(new() { Value = ids.ToArray() });
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    internal sealed record Row(Guid Id, string Key, long? Version, DateTimeOffset At, DateTimeOffset Now)
    {
        /// <summary>A stamp for the change: taken after its commit, on the one clock that all dispatchers of this database share.</summary>
        public long Stamp => (Now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    }
}
