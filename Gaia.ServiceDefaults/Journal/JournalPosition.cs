namespace Gaia;

/// <param name="Position">Of an event in the journal of its service; 0 before the first one.</param>
public sealed record JournalPosition(long Position);

/// <param name="Events">How many there are.</param>
public sealed record EventCount(int Events);
