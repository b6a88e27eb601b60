namespace Gaia.Events.Consumers;

/// <summary>What a group has to handle of a journal: all that comes, or once more a part of what came.</summary>
/// <param name="Cursor">How far it is.</param>
/// <param name="Until">Its last event; for a replay null when it ends where the group is.</param>
/// <param name="Types">The events it is about.</param>
internal sealed record Work(CursorTable Cursor, long? Until, EventTypePattern Types)
{
    /// <summary>Of a replay, the group's own cursor: what it handles meanwhile is handled by the replay too, so that the last of two events wins.</summary>
    public CursorTable? Live { get; init; }
}
