using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gaia.Events;

/// <summary>How events are written as JSON.</summary>
public static class EventFormat
{
    /// <summary>As the API writes JSON: snake case, and the letters of every language as they are.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutSubject } },
    };

    /// <summary>Reads an event of one type.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static CloudEvent<T> Read<T>(string json) => JsonSerializer.Deserialize<CloudEvent<T>>(json, Json) ?? throw new JsonException("The event is empty.");

    /// <summary>The event itself has the subject.</summary>
    private static void LeaveOutSubject(JsonTypeInfo type)
    {
        if (type.Type.IsAssignableTo(typeof(IEventData)) && type.Properties.FirstOrDefault(property => property.Name is "subject") is { } subject)
        {
            type.Properties.Remove(subject);
        }
    }
}
