using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Gaia.Events.Outbox;

/// <summary>How a service's own database takes part in the journal.</summary>
public static class EventOutbox
{
    internal const string Table = "event_outbox";
    internal const string SequenceName = "event_outbox_sequence";

    private const int TypeLimit = 64;

    /// <summary>Adds the outbox table to the model.</summary>
    public static ModelBuilder AddEventOutbox(this ModelBuilder model)
    {
        model.HasSequence<long>(SequenceName);
        return model.Entity<EventRow>(row =>
        {
            row.ToTable(Table);
            row.HasKey(r => r.Id).HasName("pk_event_outbox");
            row.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            row.Property(r => r.Type).HasColumnName("type").HasMaxLength(TypeLimit);
            row.Property(r => r.Subject).HasColumnName("subject");
            row.Property(r => r.Data).HasColumnName("data").HasColumnType("json");
            row.Property(r => r.Time).HasColumnName("time").HasDefaultValueSql("clock_timestamp()");
            row.Property(r => r.Sequence).HasColumnName("sequence").HasDefaultValueSql($"nextval('{SequenceName}')");
            row.Property(r => r.Position).HasColumnName("position");
            row.HasIndex(r => r.Position).IsUnique().HasDatabaseName("ix_event_outbox_position");
            row.HasIndex(r => r.Sequence).HasFilter("position IS NULL").HasDatabaseName("ix_event_outbox_waiting");
            row.HasIndex(r => r.Time).HasDatabaseName("ix_event_outbox_time");
        });
    }

    /// <summary>Records an event that commits with the changes which this context saves next. Does nothing while the journal is off.</summary>
    /// <param name="db">The context that saves the change.</param>
    /// <param name="data">What the event says.</param>
    public static void Record<T>(this DbContext db, T data)
        where T : IEventData
    {
        if (db.IsJournalOn())
        {
            db.Add(new EventRow { Type = T.Type, Subject = data.Subject, Data = JsonSerializer.Serialize(data, EventFormat.Json) });
        }
    }

    /// <summary>Whether events of this context are recorded: for a caller that would read or lock something for them only.</summary>
    public static bool IsJournalOn(this DbContext db) =>
        db.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.Interceptors?.Any(interceptor => interceptor is EventInterceptor) is true;
}
