using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gaia;

/// <summary>How events are written on NATS: as the API writes JSON.</summary>
public static class EventJson
{
    /// <summary>
    /// Letters of every language and apostrophes as they are, and not as six characters each: none of this JSON becomes part of a web page.
    /// </summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = Encoder };
}
