using System.Text.Json;

namespace Gaia.Chat.OpenAIProtocol;

/// <summary>Reads members of JSON that somebody else wrote: what is not there, or of another kind, is null.</summary>
internal static class JsonMembers
{
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    public static JsonElement? Member(this JsonElement json, string name, JsonValueKind kind) => json.Member(name) is { } value && value.ValueKind == kind ? value : null;

    public static string? Text(this JsonElement json, string name) => json.Member(name, JsonValueKind.String)?.GetString();

    public static long? Count(this JsonElement json, string name) => json.Member(name, JsonValueKind.Number) is { } count && count.TryGetInt64(out var value) ? value : null;

    /// <summary>The elements of an array; none when there is no such array.</summary>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement json, string name) => json.Member(name, JsonValueKind.Array)?.EnumerateArray() ?? default;
}
