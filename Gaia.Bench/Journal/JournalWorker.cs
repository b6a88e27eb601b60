using Gaia.Events;
using Gaia.Events.Outbox;
using Gaia.Testing.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Bench.Journal;

/// <summary>What the journal's bench runs in processes that it kills.</summary>
internal static class JournalWorker
{
    public const string Writer = "journal-writer";
    public const string Reader = "journal-reader";
    public const string Group = "bench";

    private const int Writers = 4;
    private const int BooksOfChange = 5;

    /// <summary>Changes books until it is killed.</summary>
    /// <param name="pause">Milliseconds between two changes of each of the four writers.</param>
    public static async Task WriteAsync(string postgres, string redis, int pause, CancellationToken ct)
    {
        using var host = await JournalHost.StartWriterAsync(postgres, redis);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (!ct.IsCancellationRequested)
            {
                await using var scope = host.Services.CreateAsyncScope();
                await ChangeAsync(scope.ServiceProvider.GetRequiredService<ShelfDb>(), BooksOfChange, ct);
                await Task.Delay(pause, ct);
            }
        }));
    }

    /// <summary>Notes every event, until it is killed.</summary>
    public static async Task ReadAsync(string postgres, string redis, CancellationToken ct)
    {
        using var host = await JournalHost.StartReaderAsync(postgres, redis, Group, batch: 100, (db, @event, _) =>
        {
            db.Add(new SeenEvent { Position = @event.Position, Subject = @event.Subject, Version = @event.Data.Version });
            return Task.CompletedTask;
        });
        await Task.Delay(Timeout.Infinite, ct);
    }

    /// <summary>Changes some books, in one transaction.</summary>
    public static async Task ChangeAsync(ShelfDb db, int count, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ids = await db.Books.OrderBy(_ => EF.Functions.Random()).Select(book => book.Id).Take(count).ToArrayAsync(ct);
        foreach (var book in await db.Books.FromSql($"""SELECT * FROM books WHERE "Id" = ANY({ids}) ORDER BY "Id" FOR UPDATE""").ToListAsync(ct))
        {
            book.Version++;
            db.Record(new BookChanged(book.Id, book.Version));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
