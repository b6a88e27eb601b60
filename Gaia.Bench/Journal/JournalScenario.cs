using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Bench.Journal;

/// <summary>A Redis, a Postgres with some books, and what is to be counted there.</summary>
internal sealed class JournalScenario : IAsyncDisposable
{
    private const int Books = 100;

    private JournalScenario(RedisServer redis, PostgresServer postgres) => (Redis, Postgres) = (redis, postgres);

    public RedisServer Redis { get; }

    public PostgresServer Postgres { get; }

    public string Database => Postgres.ConnectionStringTo("journal");

    public static async Task<JournalScenario> StartAsync(CancellationToken ct)
    {
        var scenario = new JournalScenario(await RedisServer.StartAsync(ct: ct), await PostgresServer.StartAsync(ct));
        await using var db = scenario.Open();
        await db.Database.EnsureCreatedAsync(ct);
        db.AddRange(Enumerable.Range(0, Books).Select(_ => new Book()));
        await db.SaveChangesAsync(ct);
        return scenario;
    }

    public ShelfDb Open() => new(new DbContextOptionsBuilder<ShelfDb>().UseNpgsql(Database).Options);

    public async Task<int> EventsAsync(CancellationToken ct)
    {
        await using var db = Open();
        return await db.Set<EventRow>().CountAsync(ct);
    }

    /// <summary>The events that had no effect, those that had a second one, and those that came before an earlier one of their subject.</summary>
    public async Task<(int Lost, int Twice, int OutOfOrder)> CheckAsync(CancellationToken ct)
    {
        await using var db = Open();
        var positions = await db.Seen.Select(seen => seen.Position).Distinct().CountAsync(ct);
        var outOfOrder = await db.Database.SqlQuery<int>(
            $"""
            SELECT count(*)::int AS "Value" FROM (
                SELECT "Version" AS version, lag("Version") OVER (PARTITION BY "Subject" ORDER BY "Id") AS before FROM seen) AS pairs
            WHERE version <= before
            """).ToListAsync(ct);
        return (await db.Set<EventRow>().CountAsync(ct) - positions, await db.Seen.CountAsync(ct) - positions, outOfOrder[0]);
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
