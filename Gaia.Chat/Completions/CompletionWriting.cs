using System.Text.Json;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace Gaia.Chat.Completions;

/// <summary>Turns what a model said into OpenAI's wire format.</summary>
/// <param name="id">Of the completion; all chunks of one answer share it.</param>
internal sealed class CompletionWriting(string id, DateTimeOffset time, Model model)
{
    private readonly long created = time.ToUnixTimeSeconds();
    private int toolCalls;
    private bool hasRole;

    public static string NewId() => $"chatcmpl-{Guid.CreateVersion7():N}";

    public Completion Completion(ChatResponse response, CompletionUsage usage)
    {
        var calls = ToolCalls(response.Messages.SelectMany(m => m.Contents), index: false);
        var text = response.Text;
        var answer = new CompletionAnswer(calls is not null && text.Length == 0 ? null : text, calls);
        return new(id, created, model.Id, [new(0, answer, Reason(response.FinishReason, calls is not null))], usage);
    }

    /// <summary>The chunk for an update; null when it says nothing that clients are told at this point.</summary>
    public CompletionChunk? Chunk(ChatResponseUpdate update)
    {
        var calls = ToolCalls(update.Contents, index: true);
        var text = update.Text;
        if (text.Length == 0 && calls is null && update.FinishReason is null)
        {
            return null;
        }

        var delta = new CompletionDelta
        {
            Role = hasRole ? null : "assistant",
            Content = text.Length > 0 || !hasRole && calls is null ? text : null,
            ToolCalls = calls,
        };
        hasRole = true;
        return Chunk(delta, update.FinishReason is { } reason ? Reason(reason, toolCalls > 0) : null);
    }

    /// <summary>What follows the last chunk when the caller asked for it.</summary>
    public CompletionChunk Chunk(CompletionUsage usage) => new(id, created, model.Id, []) { Usage = usage };

    private CompletionChunk Chunk(CompletionDelta delta, string? reason) => new(id, created, model.Id, [new(0, delta, reason)]);

    private static string Reason(ChatFinishReason? reason, bool hasToolCalls) =>
        hasToolCalls && (reason is null || reason == ChatFinishReason.Stop) ? ChatFinishReason.ToolCalls.Value : (reason ?? ChatFinishReason.Stop).Value;

    private List<CompletionToolCall>? ToolCalls(IEnumerable<AIContent> contents, bool index)
    {
        List<CompletionToolCall>? calls = null;
        foreach (var call in contents.OfType<FunctionCallContent>())
        {
            (calls ??= []).Add(new(call.CallId, new(call.Name, Arguments(call)), Index: index ? toolCalls : null));
            toolCalls++;
        }

        return calls;
    }

    // As the model wrote them where that is known: they need not even be JSON.
    private static string Arguments(FunctionCallContent call) => call.RawRepresentation is ChatToolCall raw
        ? raw.FunctionArguments.ToString()
        : JsonSerializer.Serialize(new Dictionary<string, object?>(call.Arguments ?? new Dictionary<string, object?>()), CompletionJson.Readable.DictionaryStringObject);
}
