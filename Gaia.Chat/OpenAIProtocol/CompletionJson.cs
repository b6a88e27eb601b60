using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaia.Chat.OpenAIProtocol;

/// <summary>Compiled serializers of OpenAI's wire format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionChunk))]
[JsonSerializable(typeof(CompletionUsage))]
[JsonSerializable(typeof(CompletionErrorEvent))]
[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IList<string>))]
[JsonSerializable(typeof(string))]
internal sealed partial class CompletionJson : JsonSerializerContext
{
    /// <summary>Letters of every language as they are.</summary>
    public static CompletionJson Readable { get; } = new(new JsonSerializerOptions(EventJson.Options));

    /// <summary>The same without members that are null: what a caller left out is left out of the request to the provider.</summary>
    public static CompletionJson Sent { get; } = new(new JsonSerializerOptions(EventJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull });
}

/// <summary>An error after a stream has begun.</summary>
internal sealed record CompletionErrorEvent(CompletionError Error);
