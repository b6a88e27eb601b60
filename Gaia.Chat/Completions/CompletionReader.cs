using System.Text.Json;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Turns messages on the wire into those that providers are given.</summary>
internal static class CompletionReader
{
    /// <summary>Characters in one message. More is no message but a file.</summary>
    public const int MessageLimit = 1_000_000;

    private static readonly Dictionary<string, ChatRole> Roles = new(StringComparer.Ordinal)
    {
        ["system"] = ChatRole.System,
        ["developer"] = ChatRole.System,
        ["user"] = ChatRole.User,
        ["assistant"] = ChatRole.Assistant,
        ["tool"] = ChatRole.Tool,

        // Of the older function calls, which OpenAI-compatible providers still know.
        ["function"] = new("function"),
    };

    /// <exception cref="ChatException">A message is not what OpenAI's API takes.</exception>
    public static List<ChatMessage> Messages(IReadOnlyList<CompletionMessage> messages) => [.. messages.Select((message, index) => Message(message, $"messages[{index}]"))];

    /// <param name="field">What the message is called in errors.</param>
    /// <exception cref="ChatException">It is not what OpenAI's API takes.</exception>
    public static ChatMessage Message(CompletionMessage message, string field = "message")
    {
        if (!Roles.TryGetValue(message.Role, out var role))
        {
            throw ChatException.Invalid($"\"{message.Role}\" is not a role: system, developer, user, assistant, tool and function are", $"{field}.role");
        }

        var read = new ChatMessage(role, role == ChatRole.Tool ? [ToolResult(message, field)] : Contents(message.Content, field));
        foreach (var call in message.ToolCalls ?? [])
        {
            read.Contents.Add(ToolCall(call));
        }

        read.RawRepresentation = message;
        read.AuthorName = message.Others?.TryGetValue("name", out var name) is true && name.ValueKind is JsonValueKind.String ? name.GetString() : null;
        return read;
    }

    public static CompletionUsage Usage(TokenUsage usage) => new(usage.Tokens.PromptTokens, usage.Tokens.CompletionTokens);

    private static List<AIContent> Contents(JsonElement? given, string field) => given is not { } content ? [] : content.ValueKind switch
    {
        JsonValueKind.String => [Text(content, $"{field}.content")],
        JsonValueKind.Array => [.. content.EnumerateArray().Select((part, index) => Part(part, $"{field}.content[{index}]"))],
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => throw ChatException.Invalid("Content is a string or an array of parts", $"{field}.content"),
    };

    private static AIContent Part(JsonElement part, string field) => part.Text("type") switch
    {
        "text" when part.Member("text") is { ValueKind: JsonValueKind.String } text => Text(text, field),
        "image_url" when part.Member("image_url") is { } image && image.Text("url") is { } url => Image(url, field),
        "refusal" when part.Member("refusal") is { ValueKind: JsonValueKind.String } refusal => Text(refusal, field),
        _ => throw ChatException.Invalid("Parts are of type text, with a text, or image_url, with an image_url.url", field),
    };

    private static TextContent Text(JsonElement text, string field) => text.GetString()! switch
    {
        { Length: > MessageLimit } =>
            throw new ChatException(StatusCodes.Status413PayloadTooLarge, "message_too_long", $"A message has at most {MessageLimit} characters", field),
        var said when said.Contains('\0', StringComparison.Ordinal) => throw ChatException.Invalid("A message cannot hold the character U+0000", field),
        var said => new TextContent(said),
    };

    private static AIContent Image(string url, string field)
    {
        try
        {
            return url.StartsWith("data:", StringComparison.Ordinal) ? new DataContent(url) : new UriContent(new Uri(url), "image/*");
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException)
        {
            throw ChatException.Invalid("An image is given by an absolute URL", field);
        }
    }

    private static FunctionResultContent ToolResult(CompletionMessage message, string field) => message.ToolCallId is { Length: > 0 } id
        ? new(id, string.Concat(Contents(message.Content, field).OfType<TextContent>()))
        : throw ChatException.Invalid("A tool's message names the call that it answers", $"{field}.tool_call_id");

    // Models write malformed arguments now and then, and whoever goes on after that must be able to.
    private static FunctionCallContent ToolCall(CompletionToolCall call)
    {
        var text = call.Function?.Arguments;
        try
        {
            return new(call.Id, call.Function?.Name ?? call.Type, string.IsNullOrWhiteSpace(text) ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(text));
        }
        catch (JsonException)
        {
            return new(call.Id, call.Function?.Name ?? call.Type, new Dictionary<string, object?> { ["arguments"] = text });
        }
    }
}
