using System.Globalization;

namespace Gaia.Events.Journal;

/// <summary>An event as the stream and the archive have it.</summary>
/// <param name="Position">Of the event.</param>
/// <param name="Type">Of the event.</param>
/// <param name="Json">The whole CloudEvent.</param>
public sealed record JournalEntry(long Position, string Type, string Json)
{
    internal const string TypeField = "type";
    internal const string EventField = "event";

    /// <summary>As the id of a stream's entry.</summary>
    internal static string IdOf(long position) => string.Create(CultureInfo.InvariantCulture, $"{position}-0");

    internal static long PositionOf(string id) => long.Parse(id.AsSpan(0, id.IndexOf('-')), CultureInfo.InvariantCulture);
}
