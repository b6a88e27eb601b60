using Microsoft.EntityFrameworkCore;

namespace Gaia.Events.Consumers;

/// <summary>A row of the table of cursors: how far a group has handled a journal. It commits with what the handlers of the group change.</summary>
public sealed class EventCursor
{
    /// <summary>The group of consumers.</summary>
    public required string Group { get; init; }

    /// <summary>The service whose journal it is.</summary>
    public required string Source { get; init; }

    /// <summary>The replay whose cursor it is; empty for the group's own.</summary>
    public required string Replay { get; init; }

    /// <summary>Of the last event that was handled, or given up.</summary>
    public long Position { get; init; }

    /// <summary>How often the next event has failed.</summary>
    public int Failures { get; init; }
}

/// <summary>How a consumer's own database takes part.</summary>
public static class EventCursors
{
    internal const string Table = "event_cursors";

    private const int NameLimit = 100;

    /// <summary>Adds the table of cursors to the model.</summary>
    public static ModelBuilder AddEventCursors(this ModelBuilder model) => model.Entity<EventCursor>(cursor =>
    {
        cursor.ToTable(Table);
        cursor.HasKey(c => new { c.Group, c.Source, c.Replay }).HasName("pk_event_cursors");
        cursor.Property(c => c.Group).HasColumnName("group").HasMaxLength(NameLimit);
        cursor.Property(c => c.Source).HasColumnName("source").HasMaxLength(NameLimit);
        cursor.Property(c => c.Replay).HasColumnName("replay").HasMaxLength(NameLimit);
        cursor.Property(c => c.Position).HasColumnName("position");
        cursor.Property(c => c.Failures).HasColumnName("failures");
    });
}
