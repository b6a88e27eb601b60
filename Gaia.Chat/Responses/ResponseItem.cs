using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>Part of a response's output: a message, the call of a function, or the reasoning that led to them.</summary>
internal abstract class ResponseItem
{
    public required string Id { get; init; }

    /// <summary>Its place in the output.</summary>
    public required int Index { get; init; }

    /// <param name="status">in_progress, completed or incomplete.</param>
    public abstract JsonObject ToJson(string status);

    public sealed class Message : ResponseItem
    {
        public List<Part> Parts { get; } = [];

        public override JsonObject ToJson(string status) => new()
        {
            ["type"] = "message",
            ["id"] = Id,
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = new JsonArray([.. Parts.Select(part => part.ToJson())]),
        };
    }

    public sealed class FunctionCall : ResponseItem
    {
        public required string CallId { get; init; }

        public required string Name { get; init; }

        public StringBuilder Arguments { get; } = new();

        public override JsonObject ToJson(string status) => new()
        {
            ["type"] = "function_call",
            ["id"] = Id,
            ["status"] = status,
            ["call_id"] = CallId,
            ["name"] = Name,
            ["arguments"] = Arguments.ToString(),
        };
    }

    /// <summary>As models tell it that do not keep it to themselves.</summary>
    public sealed class Reasoning : ResponseItem
    {
        public StringBuilder Text { get; } = new();

        public JsonObject TextPart() => new() { ["type"] = "reasoning_text", ["text"] = Text.ToString() };

        public override JsonObject ToJson(string status) => new()
        {
            ["type"] = "reasoning",
            ["id"] = Id,
            ["status"] = status,
            ["summary"] = new JsonArray(),
            ["content"] = new JsonArray(TextPart()),
        };
    }

    /// <summary>Text of a message, or why the model refuses.</summary>
    public sealed record Part(bool IsRefusal)
    {
        public StringBuilder Text { get; } = new();

        public List<JsonObject> Annotations { get; } = [];

        /// <summary>Of its tokens, where the caller asked for them.</summary>
        public List<JsonObject> Logprobs { get; } = [];

        /// <summary>What its events are called after.</summary>
        public string Kind => IsRefusal ? "refusal" : "output_text";

        public static JsonArray Copy(IEnumerable<JsonObject> objects) => new([.. objects.Select(one => one.DeepClone())]);

        /// <summary>Adds an annotation of a chat completion, which puts what it says below its type; responses have it beside the type.</summary>
        public JsonObject Annotate(JsonElement annotation)
        {
            var type = annotation.Text("type");
            var added = JsonObject.Create(type is not null && annotation.Member(type, JsonValueKind.Object) is { } told ? told : annotation)!;
            added["type"] = type;
            Annotations.Add(added);
            return added;
        }

        /// <summary>What the event says that ends it.</summary>
        public JsonObject Done() => IsRefusal
            ? new() { ["refusal"] = Text.ToString() }
            : new() { ["text"] = Text.ToString(), ["logprobs"] = Copy(Logprobs) };

        public JsonObject ToJson() => IsRefusal
            ? new() { ["type"] = Kind, ["refusal"] = Text.ToString() }
            : new() { ["type"] = Kind, ["text"] = Text.ToString(), ["annotations"] = Copy(Annotations), ["logprobs"] = Copy(Logprobs) };
    }
}
