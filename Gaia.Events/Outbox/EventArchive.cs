using Gaia.Events.Journal;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Events.Outbox;

/// <summary>The events of a service's database, also those that the stream in Redis no longer has.</summary>
public sealed class EventArchive(EventsOptions options)
{
    /// <summary>The most events of a page.</summary>
    public const int PageLimit = 500;

    /// <summary>Reads events in the order of their positions.</summary>
    /// <param name="db">A context whose model has the outbox.</param>
    /// <param name="after">The position that they follow.</param>
    /// <param name="types">Which of them.</param>
    public async Task<JournalPage> ReadAsync(DbContext db, long after, EventTypePattern types, CancellationToken ct)
    {
        // Before the events: what is committed between the two is on the next page.
        var (last, _) = await EventTable.ReadEndAsync(db, ct);
        var like = types.ToLike();
        var rows = await db.Set<EventRow>().AsNoTracking()
            .Where(row => row.Position > after && row.Position <= last && EF.Functions.Like(row.Type, like))
            .OrderBy(row => row.Position)
            .Take(PageLimit)
            .ToListAsync(ct);
        var isFull = rows.Count == PageLimit;
        return new([.. rows.Select(row => row.ToEntry(options.Source))], isFull ? rows[^1].Position!.Value : Math.Max(after, last), isFull);
    }

    /// <summary>Counts events.</summary>
    /// <param name="db">A context whose model has the outbox.</param>
    /// <param name="after">The position that they follow.</param>
    /// <param name="types">Which of them.</param>
    public static Task<int> CountAsync(DbContext db, long after, EventTypePattern types, CancellationToken ct)
    {
        var like = types.ToLike();
        return db.Set<EventRow>().CountAsync(row => row.Position > after && EF.Functions.Like(row.Type, like), ct);
    }

    /// <summary>The position of the last event before a time; 0 when there is none.</summary>
    public static async Task<long> FindPositionAsync(DbContext db, DateTimeOffset time, CancellationToken ct)
    {
        // Times of different subjects may stand in another order than their positions: all that follow are of that time or later, or a little earlier.
        var first = await db.Set<EventRow>().Where(row => row.Time >= time && row.Position != null).MinAsync(row => row.Position, ct);
        return first - 1 ?? (await EventTable.ReadEndAsync(db, ct)).Position;
    }

    /// <summary>Deletes events that are older than the archive is to be.</summary>
    public static Task<int> DeleteAsync(DbContext db, DateTimeOffset before, CancellationToken ct) => EventTable.DeleteAsync(db, before, ct);
}
