using Gaia.Events.Consumers;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Testing.Events;

/// <summary>A database of books that records events of them, and of what somebody made of those events.</summary>
internal sealed class ShelfDb(DbContextOptions<ShelfDb> options) : DbContext(options)
{
    public DbSet<Book> Books => Set<Book>();

    public DbSet<SeenEvent> Seen => Set<SeenEvent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Book>().ToTable("books");
        modelBuilder.Entity<SeenEvent>().ToTable("seen");
        modelBuilder.AddEventOutbox().AddEventCursors();
    }
}

internal sealed class Book
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public long Version { get; set; }
}

/// <summary>The effect of one event: a second one is a second row.</summary>
internal sealed class SeenEvent
{
    public long Id { get; init; }

    public long Position { get; init; }

    public Guid Subject { get; init; }

    public long Version { get; init; }
}
