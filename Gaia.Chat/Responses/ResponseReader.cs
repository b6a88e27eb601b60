using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>Puts a request for a response into the words of a chat completion, which every provider is asked in.</summary>
internal static class ResponseReader
{
    /// <summary>What chat completions know under the same name.</summary>
    private static readonly HashSet<string> PassedOn = new(StringComparer.Ordinal)
    {
        "user", "service_tier", "prompt_cache_key", "safety_identifier", "top_logprobs",
    };

    /// <summary>What changes nothing here: Gaia shortens what is too long for a model.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal) { "truncation", "stream_options" };

    /// <param name="request">What is asked for.</param>
    /// <param name="messages">All that was said until now, with the request's own input.</param>
    /// <exception cref="ChatException">It asks for something that Gaia does not have.</exception>
    public static CompletionRequest ToCompletion(ResponseRequest request, IReadOnlyList<CompletionMessage> messages)
    {
        foreach (var (name, value) in request.Others ?? new Dictionary<string, JsonElement>())
        {
            if (!PassedOn.Contains(name) && !WithoutEffect.Contains(name) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                throw new ChatException(StatusCodes.Status400BadRequest, "unsupported_parameter", $"Parameter {name} is not supported by /v1/responses.", name);
            }
        }

        ResponseInclude.Check(request.Include);
        CompletionMessage[] instructions = request.Instructions is { Length: > 0 } text ? [CompletionMessage.Create("system", text)] : [];
        return new()
        {
            Model = request.Model,
            Messages = [.. instructions, .. messages],
            Stream = request.Stream,
            Temperature = request.Temperature,
            TopP = request.TopP,
            MaxCompletionTokens = request.MaxOutputTokens,
            Tools = request.Tools?.Select(Tool).ToList(),
            ToolChoice = ToolChoice(request.ToolChoice),
            ParallelToolCalls = request.Tools is { Count: > 0 } ? request.ParallelToolCalls : null,
            ResponseFormat = Format(request.Text?.Format),
            Others = Others(request),
        };
    }

    /// <summary>The messages of an input.</summary>
    /// <exception cref="ChatException">It holds something else.</exception>
    public static IReadOnlyList<CompletionMessage> Messages(JsonElement input)
    {
        if (input.ValueKind is JsonValueKind.String)
        {
            return [CompletionMessage.Create("user", input.GetString()!)];
        }

        if (input.ValueKind is not JsonValueKind.Array || input.GetArrayLength() == 0)
        {
            throw ChatException.Invalid("A string or an array of items is wanted", "input");
        }

        var messages = new List<CompletionMessage>();
        foreach (var (index, item) in input.EnumerateArray().Index())
        {
            Add(messages, item, $"input[{index}]");
        }

        return messages;
    }

    private static void Add(List<CompletionMessage> messages, JsonElement item, string field)
    {
        switch (item.Text("type") ?? (item.Text("role") is null ? null : "message"))
        {
            case "message":
                messages.Add(new(item.Text("role") ?? throw ChatException.Invalid("A message has a role", $"{field}.role"), Content(item.Member("content"), $"{field}.content")));
                break;

            // All calls that a model made together belong to one message.
            case "function_call":
                var call = new CompletionToolCall(Required(item, "call_id", field), new(Required(item, "name", field), item.Text("arguments") ?? ""));
                if (messages is [.., { Role: "assistant" } last])
                {
                    messages[^1] = last with { ToolCalls = [.. last.ToolCalls ?? [], call] };
                }
                else
                {
                    messages.Add(new("assistant", ToolCalls: [call]));
                }

                break;
            case "function_call_output":
                messages.Add(new("tool", Content(item.Member("output"), $"{field}.output"), ToolCallId: Required(item, "call_id", field)));
                break;

            // A model that thinks again needs none of its earlier thoughts.
            case "reasoning":
                break;
            default:
                throw new ChatException(
                    StatusCodes.Status400BadRequest, "unsupported_parameter", "Items are of type message, function_call, function_call_output, item_reference or reasoning", $"{field}.type");
        }
    }

    private static JsonElement Content(JsonElement? content, string field) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text,
        { ValueKind: JsonValueKind.Array } parts => Element(new JsonArray([.. parts.EnumerateArray().Select((part, index) => Part(part, $"{field}[{index}]"))])),
        _ => throw ChatException.Invalid("A string or an array of parts is wanted", field),
    };

    private static JsonObject Part(JsonElement part, string field) => part.Text("type") switch
    {
        "input_text" or "output_text" or "text" when part.Text("text") is { } text => new() { ["type"] = "text", ["text"] = text },
        "refusal" when part.Text("refusal") is { } refusal => new() { ["type"] = "refusal", ["refusal"] = refusal },
        "input_image" when part.Text("image_url") is { } url => new()
        {
            ["type"] = "image_url",
            ["image_url"] = part.Text("detail") is { } detail ? new JsonObject { ["url"] = url, ["detail"] = detail } : new JsonObject { ["url"] = url },
        },
        _ => throw ChatException.Invalid("Parts are of type input_text or output_text, with a text, or input_image, with an image_url", field),
    };

    private static CompletionTool Tool(ResponseTool tool, int index) => tool is { Type: "function", Name: { Length: > 0 } name }
        ? new("function", new(name, tool.Description, tool.Parameters, tool.Strict))
        : throw new ChatException(
            StatusCodes.Status400BadRequest, "unsupported_parameter", "Gaia has no tools of its own: a tool is of type function and has a name", $"tools[{index}].type");

    private static JsonElement? ToolChoice(JsonElement? choice) =>
        choice is { ValueKind: JsonValueKind.Object } one && one.Text("type") is "function" && one.Text("name") is { } name
            ? Element(new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name } })
            : choice;

    private static JsonElement? Format(JsonElement? format)
    {
        if (format is not { ValueKind: JsonValueKind.Object } json || json.Text("type") is not "json_schema")
        {
            return format is { } plain && plain.Text("type") is "text" ? null : format;
        }

        var schema = JsonObject.Create(json)!;
        schema.Remove("type");
        return Element(new JsonObject { ["type"] = "json_schema", ["json_schema"] = schema });
    }

    private static Dictionary<string, JsonElement>? Others(ResponseRequest request)
    {
        var others = request.Others?.Where(other => PassedOn.Contains(other.Key)).ToDictionary(StringComparer.Ordinal) ?? [];
        Put("reasoning_effort", request.Reasoning?.Effort);
        Put("verbosity", request.Text?.Verbosity);

        // OpenAI's chat completions tell the alternatives of a token only beside the token itself.
        if (ResponseInclude.AsksForLogprobs(request.Include) || others.ContainsKey("top_logprobs"))
        {
            others["logprobs"] = JsonElement.Parse("true");
        }

        return others.Count > 0 ? others : null;

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                others[name] = JsonSerializer.SerializeToElement(value, CompletionJson.Readable.String);
            }
        }
    }

    private static string Required(JsonElement item, string name, string field) =>
        item.Text(name) is { Length: > 0 } value ? value : throw ChatException.Invalid("A string is wanted", $"{field}.{name}");

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString(EventJson.Options));
}
