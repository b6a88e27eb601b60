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
    private readonly Dictionary<long, ResponseItem.FunctionCall> calls = [];
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
    /// <param name="logprobs">Of the tokens of what was said, as chat completions have them.</param>
    public void Add(JsonElement said, string? reason, JsonElement logprobs)
    {
        finishReason = reason ?? finishReason;
        if ((said.Text("reasoning_content") ?? said.Text("reasoning")) is { Length: > 0 } thought)
        {
            AddReasoning(thought);
        }

        if (said.Text("content") is { } text)
        {
            AddText(text, isRefusal: false, [.. logprobs.Elements("content").Select(token => JsonObject.Create(token)!)]);
        }

        if (said.Text("refusal") is { } refusal)
        {
            AddText(refusal, isRefusal: true, []);
        }

        foreach (var annotation in said.Elements("annotations"))
        {
            AddAnnotation(annotation);
        }

        foreach (var (place, call) in said.Elements("tool_calls").Index())
        {
            AddCall(call, call.Count("index") ?? place);
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

    private void AddReasoning(string text)
    {
        if (items.LastOrDefault() is not ResponseItem.Reasoning reasoning)
        {
            reasoning = Open(new ResponseItem.Reasoning { Id = ItemReferences.NewId("rs", id, items.Count), Index = items.Count });
            Emit("response.content_part.added", Place(reasoning, new() { ["part"] = reasoning.TextPart() }));
        }

        reasoning.Text.Append(text);
        Emit("response.reasoning_text.delta", Place(reasoning, new() { ["delta"] = text }));
    }

    private void AddText(string text, bool isRefusal, IReadOnlyList<JsonObject> logprobs)
    {
        if (items.LastOrDefault() is not ResponseItem.Message message)
        {
            if (text.Length == 0)
            {
                return;
            }

            message = Open(new ResponseItem.Message { Id = ItemReferences.NewId("msg", id, items.Count), Index = items.Count });
        }

        if (message.Parts.LastOrDefault() is not { } part || part.IsRefusal != isRefusal)
        {
            part = new(isRefusal);
            message.Parts.Add(part);
            Emit("response.content_part.added", Place(message, part, new() { ["part"] = part.ToJson() }));
        }

        part.Text.Append(text);
        part.Logprobs.AddRange(logprobs);
        Emit($"response.{part.Kind}.delta", Place(message, part, isRefusal ? new() { ["delta"] = text } : new() { ["delta"] = text, ["logprobs"] = ResponseItem.Part.Copy(logprobs) }));
    }

    /// <param name="annotation">Of the last text, such as a source that the model found.</param>
    private void AddAnnotation(JsonElement annotation)
    {
        if (items.OfType<ResponseItem.Message>().LastOrDefault() is { Parts: [.., { IsRefusal: false } part] } message)
        {
            var added = part.Annotate(annotation).DeepClone();
            Emit("response.output_text.annotation.added", Place(message, part, new() { ["annotation_index"] = part.Annotations.Count - 1, ["annotation"] = added }));
        }
    }

    private void AddCall(JsonElement call, long index)
    {
        var function = call.Member("function") ?? default;
        if (!calls.TryGetValue(index, out var item))
        {
            item = calls[index] = Open(new ResponseItem.FunctionCall
            {
                Id = ItemReferences.NewId("fc", id, items.Count),
                Index = items.Count,
                CallId = call.Text("id") ?? $"call_{Guid.CreateVersion7():N}",
                Name = function.Text("name") ?? "",
            });
        }

        if (function.Text("arguments") is { Length: > 0 } arguments)
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
                    Emit($"response.{part.Kind}.done", Place(message, part, part.Done()));
                    Emit("response.content_part.done", Place(message, part, new() { ["part"] = part.ToJson() }));
                }

                break;
            case ResponseItem.Reasoning reasoning:
                Emit("response.reasoning_text.done", Place(reasoning, new() { ["text"] = reasoning.Text.ToString() }));
                Emit("response.content_part.done", Place(reasoning, new() { ["part"] = reasoning.TextPart() }));
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

    private static JsonObject Place(ResponseItem.Reasoning reasoning, JsonObject members)
    {
        members["content_index"] = 0;
        return Place((ResponseItem)reasoning, members);
    }

    private void Emit(string type, JsonObject members)
    {
        members["type"] = type;
        members["sequence_number"] = sequence++;
        emit(type, members);
    }

    private JsonObject ToJson(string status, JsonElement? usage = null) => new ResponseJson(request, id, created, model, status, finishReason).Write(items, usage);
}
