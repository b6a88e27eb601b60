using System.Text.Json;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Turns what a caller asks of the answer into what providers are asked.</summary>
internal static class CompletionOptions
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <exception cref="ChatException">Something is not what OpenAI's API takes.</exception>
    public static ChatOptions Of(CompletionRequest request, Responder responder)
    {
        var options = new ChatOptions
        {
            Temperature = (float?)request.Temperature,
            TopP = (float?)request.TopP,
            MaxOutputTokens = request.MaxCompletionTokens ?? request.MaxTokens,
            RawRepresentationFactory = client => client is null or OpenAICompatibleClient ? request : null,
        };
        if (request.Tools is { Count: > 0 } tools)
        {
            options.Tools = [.. tools.Select(tool => tool.Function).OfType<CompletionFunction>().Select(function => new PassedThroughTool(function, NoParameters))];
        }

        // The others are sent the request as it came.
        if (responder.Candidates.Any(m => m.Provider.Options.Kind is not ProviderKind.OpenAI))
        {
            options.StopSequences = Stop(request.Stop);
            options.ResponseFormat = Format(request.ResponseFormat);
            options.TopK = request.Others?.TryGetValue("top_k", out var topK) is true ? Count(topK) : null;
            options.ToolMode = options.Tools is null ? null : Mode(request.ToolChoice);
            options.AllowMultipleToolCalls = options.Tools is null ? null : request.ParallelToolCalls;
        }

        return options;
    }

    private static int Count(JsonElement json) => json.ValueKind is JsonValueKind.Number && json.TryGetInt32(out var count)
        ? count
        : throw ChatException.Invalid("top_k must be an integer.", "top_k");

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
