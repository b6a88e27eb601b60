using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Chat.Completions;

/// <summary>Compiled serializers of what is written once per token.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CompletionChunk))]
[JsonSerializable(typeof(CompletionErrorEvent))]
[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CompletionJson : JsonSerializerContext
{
    /// <summary>Writes text as people read it.</summary>
    public static CompletionJson Readable { get; } = new(new JsonSerializerOptions(EventJson.Options));
}

/// <summary>How OpenAI tells of an error after a stream has begun.</summary>
internal sealed record CompletionErrorEvent(CompletionError Error);
