using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Conversations;

/// <summary>What is stored of a message that is more than a text: the message in OpenAI's format, and the images that came inside it, apart.</summary>
internal static class MessageJson
{
    private const string ImageType = "image_url";
    private const string ImagePrefix = "image:";

    private static JsonObject LeftOut => new() { ["type"] = "text", ["text"] = "[An image of an earlier message that is not shown again]" };

    /// <returns>Null for a message that is a text and nothing else.</returns>
    public static (string? Json, List<MessageImage> Images) Write(ChatMessage message)
    {
        if (message.RawRepresentation is not CompletionMessage raw || IsText(raw))
        {
            return (null, []);
        }

        List<MessageImage> images = [];
        if (message.Role != ChatRole.Tool && raw.Content is { ValueKind: JsonValueKind.Array } content)
        {
            raw = raw with { Content = Element(new JsonArray([.. content.EnumerateArray().Zip(message.Contents, (part, read) => (JsonNode)TakeImage(part, read, images))])) };
        }

        return (JsonSerializer.Serialize(raw, CompletionJson.Sent.CompletionMessage), images);
    }

    /// <summary>Whether images that came inside the message are stored apart.</summary>
    public static bool HasImages(string json) => json.Contains($"\"{ImagePrefix}", StringComparison.Ordinal);

    /// <param name="urlOf">Where the image of an index is found; null for one that is left out.</param>
    public static CompletionMessage Read(string json, Func<int, string?> urlOf)
    {
        var message = JsonSerializer.Deserialize(json, CompletionJson.Sent.CompletionMessage)!;
        return message.Content is { ValueKind: JsonValueKind.Array } parts && parts.EnumerateArray().Any(part => ImageOf(part) is not null)
            ? message with { Content = Element(new JsonArray([.. parts.EnumerateArray().Select(part => (JsonNode)PutImage(part, urlOf))])) }
            : message;
    }

    private static bool IsText(CompletionMessage message) => message is
    {
        Content: null or { ValueKind: JsonValueKind.String or JsonValueKind.Null },
        ToolCalls: null or { Count: 0 },
        ToolCallId: null,
        Others: null or { Count: 0 },
    };

    private static JsonObject TakeImage(JsonElement part, AIContent read, List<MessageImage> images)
    {
        var stored = JsonObject.Create(part)!;
        if (read is DataContent data)
        {
            stored[ImageType]!["url"] = string.Create(CultureInfo.InvariantCulture, $"{ImagePrefix}{images.Count}");
            images.Add(new() { Index = images.Count, MediaType = data.MediaType, Bytes = data.Data.ToArray() });
        }

        return stored;
    }

    private static JsonObject PutImage(JsonElement part, Func<int, string?> urlOf)
    {
        var shown = JsonObject.Create(part)!;
        if (ImageOf(part) is not { } index)
        {
            return shown;
        }

        if (urlOf(index) is not { } url)
        {
            return LeftOut;
        }

        shown[ImageType]!["url"] = url;
        return shown;
    }

    private static int? ImageOf(JsonElement part) =>
        part.Member(ImageType)?.Text("url") is { } url && url.StartsWith(ImagePrefix, StringComparison.Ordinal)
        && int.TryParse(url.AsSpan(ImagePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString(EventJson.Options));
}
