namespace Gaia.Events.Outbox;

/// <summary>A row of the outbox: an event that commits together with the change it tells of, and is kept as the journal's archive.</summary>
public sealed class EventRow
{
    /// <summary>Of the event.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary><see cref="IEventData.Type"/></summary>
    public required string Type { get; init; }

    /// <summary><see cref="IEventData.Subject"/></summary>
    public required Guid Subject { get; init; }

    /// <summary>What it says, as JSON.</summary>
    public required string Data { get; init; }

    /// <summary>When its transaction committed, on the database's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Orders the events of a subject as their transactions committed. It has gaps, and what commits later may have a lower one than what is about something else.</summary>
    public long Sequence { get; init; }

    /// <summary>The event's place in the journal, from 1 and without gaps; null until the dispatcher has given it one.</summary>
    public long? Position { get; init; }
}
