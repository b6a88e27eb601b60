using System.Text.Json;
using Gaia.Chat.Errors;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Turns what a caller asks of the answer into what providers are asked.</summary>
internal static class CompletionOptions
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <exception cref="ChatException">Something is not what OpenAI's API takes.</exception>
    public static ChatOptions Of(CompletionRequest request)
    {
        var options = new ChatOptions
        {
            Temperature = request.Temperature,
            TopP = request.TopP,
            MaxOutputTokens = request.MaxCompletionTokens ?? request.MaxTokens,
            FrequencyPenalty = request.FrequencyPenalty,
            PresencePenalty = request.PresencePenalty,
            Seed = request.Seed,
            StopSequences = Stop(request.Stop),
            ResponseFormat = Format(request.ResponseFormat),
        };
        if (request.Tools is { Count: > 0 } tools)
        {
            options.Tools = [.. tools.Select(tool => new PassedThroughTool(tool.Function, NoParameters))];
            options.ToolMode = Mode(request.ToolChoice);
            options.AllowMultipleToolCalls = request.ParallelToolCalls;
        }

        return options;
    }

    private static List<string>? Stop(JsonElement? stop) => stop switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } several when several.EnumerateArray().All(s => s.ValueKind is JsonValueKind.String) =>
            [.. several.EnumerateArray().Select(s => s.GetString()!)],
        _ => throw ChatException.Invalid("A string or an array of strings is wanted", "stop"),
    };

    private static ChatToolMode? Mode(JsonElement? choice) => choice switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } word when word.GetString() is "auto" => ChatToolMode.Auto,
        { ValueKind: JsonValueKind.String } word when word.GetString() is "none" => ChatToolMode.None,
        { ValueKind: JsonValueKind.String } word when word.GetString() is "required" => ChatToolMode.RequireAny,
        { ValueKind: JsonValueKind.Object } one when one.TryGetProperty("function", out var function)
            && function.ValueKind is JsonValueKind.Object && function.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String =>
            ChatToolMode.RequireSpecific(name.GetString()!),
        _ => throw ChatException.Invalid("none, auto, required or a function is wanted", "tool_choice"),
    };

    private static ChatResponseFormat? Format(JsonElement? format)
    {
        if (format is null or { ValueKind: JsonValueKind.Null })
        {
            return null;
        }

        return format is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String
            ? type.GetString() switch
            {
                "text" => ChatResponseFormat.Text,
                "json_object" => ChatResponseFormat.Json,
                "json_schema" when json.TryGetProperty("json_schema", out var named)
                    && named.ValueKind is JsonValueKind.Object && named.TryGetProperty("schema", out var schema) =>
                    ChatResponseFormat.ForJsonSchema(schema, named.TryGetProperty("name", out var name) ? name.GetString() : null),
                _ => throw ChatException.Invalid("text, json_object or json_schema is wanted", "response_format.type"),
            }
            : throw ChatException.Invalid("An object with a type is wanted", "response_format");
    }

    /// <summary>A tool that the caller has. Gaia never calls it.</summary>
    private sealed class PassedThroughTool(CompletionFunction function, JsonElement noParameters) : AIFunctionDeclaration
    {
        public override string Name => function.Name;

        public override string Description => function.Description ?? "";

        public override JsonElement JsonSchema => function.Parameters ?? noParameters;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
            function.Strict is { } strict ? new Dictionary<string, object?> { ["strict"] = strict } : [];
    }
}
