using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>The response object at one moment. Source: OpenAI API reference, "The response object".</summary>
/// <param name="Status">in_progress, completed, incomplete or failed.</param>
/// <param name="FinishReason">Why the model ended, in the words of chat completions; null while it goes on.</param>
internal sealed record ResponseJson(ResponseRequest Request, Guid Id, DateTimeOffset Created, string Model, string Status, string? FinishReason)
{
    /// <param name="items">The output.</param>
    /// <param name="usage">As chat completions have it; null while it is not known.</param>
    public JsonObject Write(IEnumerable<ResponseItem> items, JsonElement? usage) => new()
    {
        ["id"] = ResponseStore.Name(Id),
        ["object"] = "response",
        ["created_at"] = Created.ToUnixTimeSeconds(),
        ["status"] = Status,
        ["error"] = null,
        ["incomplete_details"] = Status is "incomplete" ? new JsonObject { ["reason"] = FinishReason is "length" ? "max_output_tokens" : FinishReason } : null,
        ["instructions"] = Request.Instructions,
        ["max_output_tokens"] = Request.MaxOutputTokens,
        ["metadata"] = Node(Request.Metadata) ?? new JsonObject(),
        ["model"] = Model,
        ["output"] = new JsonArray([.. items.Select(item => item.ToJson(Status is "failed" ? "incomplete" : Status))]),
        ["parallel_tool_calls"] = Request.ParallelToolCalls ?? true,
        ["previous_response_id"] = Request.PreviousResponseId,
        ["reasoning"] = new JsonObject { ["effort"] = Request.Reasoning?.Effort, ["summary"] = null },
        ["store"] = Request.Store ?? true,
        ["temperature"] = Request.Temperature,
        ["text"] = new JsonObject { ["format"] = Node(Request.Text?.Format) ?? new JsonObject { ["type"] = "text" } },
        ["tool_choice"] = Node(Request.ToolChoice) ?? "auto",
        ["tools"] = JsonSerializer.SerializeToNode(Request.Tools ?? [], EventJson.Options),
        ["top_p"] = Request.TopP,
        ["truncation"] = "auto",
        ["usage"] = usage is { } counted ? Usage(counted) : null,
    };

    private static JsonObject Usage(JsonElement chat)
    {
        var (input, output) = (chat.Count("prompt_tokens") ?? 0, chat.Count("completion_tokens") ?? 0);
        return new()
        {
            ["input_tokens"] = input,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = chat.Member("prompt_tokens_details")?.Count("cached_tokens") ?? 0 },
            ["output_tokens"] = output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = chat.Member("completion_tokens_details")?.Count("reasoning_tokens") ?? 0 },
            ["total_tokens"] = input + output,
        };
    }

    private static JsonNode? Node(JsonElement? json) => json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? JsonNode.Parse(given.GetRawText()) : null;
}
