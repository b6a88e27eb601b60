using Microsoft.EntityFrameworkCore;

namespace Gaia.Events.Consumers;

/// <summary>One cursor of a group, in the database of its handlers.</summary>
internal sealed record CursorTable(string Group, string Source, string Replay = "")
{
    /// <summary>Reads the cursor, which begins after a position the first time.</summary>
    public async Task<long> EnsureAsync(DbContext db, long start, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO event_cursors ("group", source, replay, position, failures) VALUES ({Group}, {Source}, {Replay}, {start}, 0) ON CONFLICT DO NOTHING
            """,
            ct);
        return (await ReadAsync(db, isLocked: false, ct)).Position;
    }

    /// <summary>Locks the cursor until the transaction ends: one consumer of a group handles events at a time, in their order.</summary>
    public Task<(long Position, int Failures)> LockAsync(DbContext db, CancellationToken ct) => ReadAsync(db, isLocked: true, ct);

    /// <summary>Moves the cursor.</summary>
    public Task SetAsync(DbContext db, long position, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"""UPDATE event_cursors SET position = {position}, failures = 0 WHERE "group" = {Group} AND source = {Source} AND replay = {Replay}""", ct);

    /// <summary>Counts a failure of the event that follows a position, unless the cursor has moved on.</summary>
    /// <returns>How often it has failed.</returns>
    public async Task<int> CountFailureAsync(DbContext db, long position, CancellationToken ct) => (await db.Database.SqlQuery<int>(
        $"""
        UPDATE event_cursors SET failures = failures + 1 WHERE "group" = {Group} AND source = {Source} AND replay = {Replay} AND position = {position}
        RETURNING failures AS "Value"
        """).ToListAsync(ct)).SingleOrDefault();

    private async Task<(long Position, int Failures)> ReadAsync(DbContext db, bool isLocked, CancellationToken ct)
    {
        var found = isLocked
            ? db.Set<EventCursor>().FromSql($"""SELECT * FROM event_cursors WHERE "group" = {Group} AND source = {Source} AND replay = {Replay} FOR UPDATE""")
            : db.Set<EventCursor>().Where(cursor => cursor.Group == Group && cursor.Source == Source && cursor.Replay == Replay);
        var row = (await found.AsNoTracking().ToListAsync(ct)).Single();
        return (row.Position, row.Failures);
    }
}
