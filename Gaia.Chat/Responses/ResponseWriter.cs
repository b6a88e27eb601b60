using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>
/// Puts a response together from the choices of a chat completion, whole or in chunks, and tells each step as an event.
/// Source: OpenAI API reference, "The response object" and "Streaming events".
/// </summary>
/// <param name="request">What the response repeats of it.</param>
/// <param name="id">Of the response.</param>
/// <param name="created">When it began.</param>
/// <param name="model">Who answers.</param>
/// <param name="emit">Is given the type of every event and its members.</param>
internal sealed class ResponseWriter(ResponseRequest request, Guid id, DateTimeOffset created, string model, Action<string, JsonObject> emit)
{
    private readonly List<ResponseItem> items = [];
    private readonly Dictionary<int, ResponseItem.FunctionCall> calls = [];
    private int sequence;
    private string? finishReason;

    /// <summary>What the model said, for whoever goes on from here.</summary>
    public CompletionMessage Message => new(
        "assistant",
        Content is { Length: > 0 } text ? JsonSerializer.SerializeToElement(text, CompletionJson.Readable.String) : null,
        ToolCalls: items.OfType<ResponseItem.FunctionCall>().Select(call => new CompletionToolCall(call.CallId, new(call.Name, call.Arguments.ToString()))).ToList() is { Count: > 0 } all
            ? all
            : null);

    private string Content => string.Concat(items.OfType<ResponseItem.Message>().SelectMany(message => message.Parts).Select(part => part.Text.ToString()));

    private bool IsIncomplete => finishReason is "length" or "content_filter";

    public void Begin()
    {
        Emit("response.created", new() { ["response"] = ToJson("in_progress") });
        Emit("response.in_progress", new() { ["response"] = ToJson("in_progress") });
    }

    /// <param name="said">A message, or what was added to it.</param>
    /// <param name="reason">Why the model ended; null while it goes on.</param>
    public void Add(JsonElement said, string? reason)
    {
        finishReason = reason ?? finishReason;
        if (Word(said, "content") is { } text)
        {
            AddText(text, isRefusal: false);
        }

        if (Word(said, "refusal") is { } refusal)
        {
            AddText(refusal, isRefusal: true);
        }

        if (said.TryGetProperty("tool_calls", out var made) && made.ValueKind is JsonValueKind.Array)
        {
            foreach (var (place, call) in made.EnumerateArray().Index())
            {
                AddCall(call, call.TryGetProperty("index", out var index) && index.ValueKind is JsonValueKind.Number ? index.GetInt32() : place);
            }
        }
    }

    /// <returns>The response as it stays.</returns>
    public JsonObject End(JsonElement? usage)
    {
        foreach (var item in items)
        {
            Close(item);
        }

        return ToJson(IsIncomplete ? "incomplete" : "completed", usage);
    }

    /// <summary>Tells that the response is complete, or as complete as it gets.</summary>
    public void Finish(JsonObject response) => Emit($"response.{response["status"]}", new() { ["response"] = response.DeepClone() });

    public void Fail(string? code, string message)
    {
        var response = ToJson("failed");
        response["error"] = new JsonObject { ["code"] = code ?? "server_error", ["message"] = message };
        Emit("response.failed", new() { ["response"] = response });
    }

    private void AddText(string text, bool isRefusal)
    {
        if (items.LastOrDefault() is not ResponseItem.Message message)
        {
            if (text.Length == 0)
            {
                return;
            }

            message = Open(new ResponseItem.Message { Id = NewId("msg"), Index = items.Count });
        }

        if (message.Parts.LastOrDefault() is not { } part || part.IsRefusal != isRefusal)
        {
            part = new(isRefusal);
            message.Parts.Add(part);
            Emit("response.content_part.added", Place(message, part, new() { ["part"] = part.ToJson() }));
        }

        part.Text.Append(text);
        Emit($"response.{part.Kind}.delta", Place(message, part, isRefusal ? new() { ["delta"] = text } : new() { ["delta"] = text, ["logprobs"] = new JsonArray() }));
    }

    private void AddCall(JsonElement call, int index)
    {
        var function = call.TryGetProperty("function", out var given) && given.ValueKind is JsonValueKind.Object ? given : default;
        if (!calls.TryGetValue(index, out var item))
        {
            item = calls[index] = Open(new ResponseItem.FunctionCall
            {
                Id = NewId("fc"),
                Index = items.Count,
                CallId = Word(call, "id") ?? NewId("call"),
                Name = function.ValueKind is JsonValueKind.Object ? Word(function, "name") ?? "" : "",
            });
        }

        if (function.ValueKind is JsonValueKind.Object && Word(function, "arguments") is { Length: > 0 } arguments)
        {
            item.Arguments.Append(arguments);
            Emit("response.function_call_arguments.delta", Place(item, new() { ["delta"] = arguments }));
        }
    }

    private T Open<T>(T item)
        where T : ResponseItem
    {
        items.Add(item);
        Emit("response.output_item.added", new() { ["output_index"] = item.Index, ["item"] = item.ToJson("in_progress") });
        return item;
    }

    private void Close(ResponseItem item)
    {
        switch (item)
        {
            case ResponseItem.Message message:
                foreach (var part in message.Parts)
                {
                    Emit($"response.{part.Kind}.done", Place(message, part, new() { [part.Member] = part.Text.ToString() }));
                    Emit("response.content_part.done", Place(message, part, new() { ["part"] = part.ToJson() }));
                }

                break;
            case ResponseItem.FunctionCall call:
                Emit("response.function_call_arguments.done", Place(call, new() { ["name"] = call.Name, ["arguments"] = call.Arguments.ToString() }));
                break;
        }

        Emit("response.output_item.done", new() { ["output_index"] = item.Index, ["item"] = item.ToJson(IsIncomplete ? "incomplete" : "completed") });
    }

    private static JsonObject Place(ResponseItem item, JsonObject members)
    {
        members["item_id"] = item.Id;
        members["output_index"] = item.Index;
        return members;
    }

    private static JsonObject Place(ResponseItem.Message message, ResponseItem.Part part, JsonObject members)
    {
        members["content_index"] = message.Parts.IndexOf(part);
        return Place(message, members);
    }

    private void Emit(string type, JsonObject members)
    {
        members["type"] = type;
        members["sequence_number"] = sequence++;
        emit(type, members);
    }

    private JsonObject ToJson(string status, JsonElement? usage = null) => new()
    {
        ["id"] = ResponseStore.Name(id),
        ["object"] = "response",
        ["created_at"] = created.ToUnixTimeSeconds(),
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = status is "incomplete" ? new JsonObject { ["reason"] = finishReason is "length" ? "max_output_tokens" : finishReason } : null,
        ["instructions"] = request.Instructions,
        ["max_output_tokens"] = request.MaxOutputTokens,
        ["metadata"] = Node(request.Metadata) ?? new JsonObject(),
        ["model"] = model,
        ["output"] = new JsonArray([.. items.Select(item => item.ToJson(status is "completed" ? "completed" : status is "in_progress" ? "in_progress" : "incomplete"))]),
        ["parallel_tool_calls"] = request.ParallelToolCalls ?? true,
        ["previous_response_id"] = request.PreviousResponseId,
        ["reasoning"] = new JsonObject { ["effort"] = request.Reasoning?.Effort, ["summary"] = null },
        ["store"] = request.Store ?? true,
        ["temperature"] = request.Temperature,
        ["text"] = new JsonObject { ["format"] = Node(request.Text?.Format) ?? new JsonObject { ["type"] = "text" } },
        ["tool_choice"] = Node(request.ToolChoice) ?? "auto",
        ["tools"] = JsonSerializer.SerializeToNode(request.Tools ?? [], EventJson.Options),
        ["top_p"] = request.TopP,
        ["truncation"] = "auto",
        ["usage"] = usage is { } counted ? Usage(counted) : null,
    };

    private static JsonObject Usage(JsonElement chat) => new()
    {
        ["input_tokens"] = Count(chat, "prompt_tokens"),
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = Count(chat, "prompt_tokens_details", "cached_tokens") },
        ["output_tokens"] = Count(chat, "completion_tokens"),
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = Count(chat, "completion_tokens_details", "reasoning_tokens") },
        ["total_tokens"] = Count(chat, "prompt_tokens") + Count(chat, "completion_tokens"),
    };

    private static long Count(JsonElement usage, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            usage = usage.ValueKind is JsonValueKind.Object && usage.TryGetProperty(name, out var inner) ? inner : default;
        }

        return usage.ValueKind is JsonValueKind.Number && usage.TryGetInt64(out var count) ? count : 0;
    }

    private static JsonNode? Node(JsonElement? json) => json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? JsonNode.Parse(given.GetRawText()) : null;

    private static string? Word(JsonElement json, string name) => json.TryGetProperty(name, out var word) && word.ValueKind is JsonValueKind.String ? word.GetString() : null;

    private static string NewId(string prefix) => $"{prefix}_{Guid.CreateVersion7():N}";
}
