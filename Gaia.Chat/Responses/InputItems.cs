using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>What a stored response was the answer to, as items. Source: OpenAI API reference, "List input items".</summary>
internal static class InputItems
{
    /// <param name="response">Whose input it is.</param>
    /// <returns>Oldest first: all that was said before the response.</returns>
    public static List<JsonObject> Of(ResponseRecord response)
    {
        var messages = JsonSerializer.Deserialize<List<CompletionMessage>>(response.Messages, EventJson.Options)!;
        List<JsonObject> items = [];
        foreach (var item in messages.SkipLast(1).SelectMany(Items))
        {
            item["id"] = ItemReferences.NewId("item", response.Id, items.Count);
            item["status"] = "completed";
            items.Add(item);
        }

        return items;
    }

    private static IEnumerable<JsonObject> Items(CompletionMessage message)
    {
        if (message.ToolCallId is { } answered)
        {
            yield return new() { ["type"] = "function_call_output", ["call_id"] = answered, ["output"] = Output(message.Content) };
            yield break;
        }

        if (message.Content is { ValueKind: JsonValueKind.String or JsonValueKind.Array } content)
        {
            var kind = message.Role is "assistant" ? "output_text" : "input_text";
            yield return new() { ["type"] = "message", ["role"] = message.Role, ["content"] = new JsonArray([.. Parts(content, kind)]) };
        }

        foreach (var call in message.ToolCalls ?? [])
        {
            yield return new() { ["type"] = "function_call", ["call_id"] = call.Id, ["name"] = call.Function?.Name, ["arguments"] = call.Function?.Arguments };
        }
    }

    private static JsonNode? Output(JsonElement? content) => content is { ValueKind: JsonValueKind.Array } parts
        ? new JsonArray([.. Parts(parts, "input_text")])
        : JsonValue.Create(content?.GetString());

    private static IEnumerable<JsonObject> Parts(JsonElement content, string kind) => content.ValueKind is JsonValueKind.String
        ? [TextPart(content.GetString(), kind)]
        : content.EnumerateArray().Select(part => part.Text("type") switch
        {
            "image_url" => new JsonObject
            {
                ["type"] = "input_image",
                ["image_url"] = part.Member("image_url")?.Text("url"),
                ["detail"] = part.Member("image_url")?.Text("detail") ?? "auto",
            },
            "refusal" => new() { ["type"] = "refusal", ["refusal"] = part.Text("refusal") },
            _ => TextPart(part.Text("text"), kind),
        });

    private static JsonObject TextPart(string? text, string kind) => kind is "output_text"
        ? new() { ["type"] = kind, ["text"] = text, ["annotations"] = new JsonArray() }
        : new() { ["type"] = kind, ["text"] = text };
}

/// <summary>A page of input items.</summary>
internal sealed record InputItemList(IReadOnlyList<JsonObject> Data, bool HasMore)
{
    public string Object { get; } = "list";

    public string? FirstId => Data is [var first, ..] ? first["id"]!.GetValue<string>() : null;

    public string? LastId => Data is [.., var last] ? last["id"]!.GetValue<string>() : null;
}
