using Gaia.Caching.Log;
using Gaia.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Caching.Outbox;

/// <summary>
/// How far the invalidation log has come, noted in the database whose changes it announces: whatever the log has up to there was committed before this row was. A
/// copy of the database that has the row therefore has those changes.
/// </summary>
internal sealed class DatabasePosition
{
    internal const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;

    /// <summary>When NATS made the stream of the log.</summary>
    public DateTimeOffset StreamMadeAt { get; init; }

    /// <summary>Of the last message.</summary>
    public long Sequence { get; init; }
}

/// <summary>Notes the position of the log in the database, once a second while the log goes on.</summary>
internal sealed class DatabasePositionWriter(LogPosition log, Clock clock)
{
    private const long IntervalMilliseconds = 1_000;

    private long? writtenAt;
    private (DateTimeOffset MadeAt, long Sequence) written;

    /// <param name="isLast">Whether this node ends, and does not wait for the second to be over.</param>
    public async Task WriteAsync(DbContext db, bool isLast, CancellationToken ct)
    {
        if (log.Reading is not { } reading || reading == written || (!isLast && clock.Now - writtenAt < IntervalMilliseconds))
        {
            return;
        }

        var (madeAt, sequence) = reading;
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO cache_outbox_position AS last (id, stream_made_at, sequence) VALUES ({DatabasePosition.OnlyId}, {madeAt}, {sequence})
            ON CONFLICT (id) DO UPDATE SET stream_made_at = excluded.stream_made_at, sequence = excluded.sequence
            WHERE last.stream_made_at <> excluded.stream_made_at OR last.sequence < excluded.sequence
            """,
            ct);
        (writtenAt, written) = (clock.Now, reading);
    }
}
