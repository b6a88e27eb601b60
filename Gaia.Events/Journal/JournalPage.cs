namespace Gaia.Events.Journal;

/// <summary>Events of one journal in the order of their positions.</summary>
/// <param name="Position">Up to there all events that were asked for are on this page or an earlier one.</param>
/// <param name="HasMore">Whether more follow already.</param>
public sealed record JournalPage(IReadOnlyList<JournalEntry> Events, long Position, bool HasMore);
