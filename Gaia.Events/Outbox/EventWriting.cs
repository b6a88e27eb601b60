using System.Text.Json;
using Gaia.Events.Journal;

namespace Gaia.Events.Outbox;

/// <summary>Makes CloudEvents of the rows of the outbox.</summary>
internal static class EventWriting
{
    public static JournalEntry ToEntry(this EventRow row, string source)
    {
        using var data = JsonDocument.Parse(row.Data);
        var json = JsonSerializer.Serialize(
            new CloudEvent<JsonElement>(row.Id, $"/gaia/{source}", row.Type, row.Subject, row.Time, row.Position!.Value, data.RootElement), EventFormat.Json);
        return new(row.Position.Value, row.Type, json);
    }
}
