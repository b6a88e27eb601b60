using System.Text.Json.Serialization;

namespace Gaia.Events;

/// <summary>An event of the journal, in the form of CloudEvents 1.0 (structured mode, JSON).</summary>
/// <typeparam name="T">What it says; <c>JsonElement</c> for any type of event.</typeparam>
/// <param name="Id">The same however often the event is delivered.</param>
/// <param name="Source">The service that it comes from, such as <c>/gaia/chat</c>.</param>
/// <param name="Type">Such as <c>gaia.persona.updated</c>.</param>
/// <param name="Subject">The id of what it is about.</param>
/// <param name="Time">When its transaction committed, by the clock of the service's database.</param>
/// <param name="Position">Counts the events of its source from 1, without gaps. A CloudEvents extension.</param>
/// <param name="Data">What it says.</param>
public sealed record CloudEvent<T>(
    [property: JsonPropertyName("id")] Guid Id,
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("subject")] Guid Subject,
    [property: JsonPropertyName("time")] DateTimeOffset Time,
    [property: JsonPropertyName("position"), JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString)] long Position,
    [property: JsonPropertyName("data")] T Data)
{
    /// <summary>The version of CloudEvents.</summary>
    [JsonPropertyName("specversion"), JsonPropertyOrder(-1)]
    public string SpecVersion => "1.0";

    /// <summary>The media type of <see cref="Data"/>.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType => "application/json";
}
