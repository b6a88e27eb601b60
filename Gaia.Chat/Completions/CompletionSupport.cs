using System.Text.Json;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;

namespace Gaia.Chat.Completions;

/// <summary>Decides which models can answer a request as it is. What a provider has no equivalent of is refused, never dropped.</summary>
internal static class CompletionSupport
{
    // They would choose a model behind the back of prices and budgets.
    private static readonly string[] ModelChoices = ["models", "route", "fallbacks", "preset"];

    // Notes for the provider's own records, which change nothing about the answer.
    private static readonly HashSet<string> Notes = new(StringComparer.Ordinal) { "user", "metadata", "safety_identifier", "prompt_cache_key", "top_k" };

    private static readonly string[] UnreadableMembers = ["function_call", "audio"];

    /// <returns>The same with only those candidates that understand the request.</returns>
    /// <exception cref="ChatException">None of them does.</exception>
    public static Responder Restrict(Responder responder, CompletionRequest request)
    {
        if (ModelChoices.FirstOrDefault(name => request.Others?.ContainsKey(name) is true) is { } choice)
        {
            throw ChatException.Unsupported(choice, responder.Candidates[0].Provider.Name);
        }

        var able = responder.Candidates.Where(m => m.Provider.Options.Kind is ProviderKind.OpenAI).ToList();
        return able.Count == responder.Candidates.Count || UnsupportedByAnthropic(request) is not { } parameter
            ? responder
            : able.Count > 0 ? responder with { Candidates = able } : throw ChatException.Unsupported(parameter, responder.Candidates[0].Provider.Name);
    }

    private static string? UnsupportedByAnthropic(CompletionRequest request) => request switch
    {
        { N: > 1 } => "n",
        { Seed: not null } => "seed",
        { FrequencyPenalty: not null and not 0 } => "frequency_penalty",
        { PresencePenalty: not null and not 0 } => "presence_penalty",
        { StreamOptions.Others.Count: > 0 } => $"stream_options.{request.StreamOptions.Others.Keys.First()}",
        _ => request.Others?.FirstOrDefault(o => !Notes.Contains(o.Key) && o.Value.ValueKind is not JsonValueKind.Null and not JsonValueKind.False).Key
            ?? request.Tools?.Index().FirstOrDefault(t => t.Item.Function is null) switch { { Item: not null } tool => $"tools[{tool.Index}].type", _ => null }
            ?? request.Messages.Select((message, index) => UnsupportedByAnthropic(message, $"messages[{index}]")).FirstOrDefault(field => field is not null),
    };

    /// <summary>The older function calls, and what only the model that said it can read.</summary>
    private static string? UnsupportedByAnthropic(CompletionMessage message, string field) => message switch
    {
        { Role: "function" } => $"{field}.role",
        { Others: { } others } when UnreadableMembers.FirstOrDefault(name => others.TryGetValue(name, out var value) && value.ValueKind is JsonValueKind.Object) is { } member =>
            $"{field}.{member}",
        _ => null,
    };
}
