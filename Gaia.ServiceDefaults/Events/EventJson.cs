using System.Text.Json;

namespace Gaia;

/// <summary>How events are written on NATS: as the API writes JSON.</summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
