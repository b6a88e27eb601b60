using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Numbers the calls of a streamed answer and writes them as they come: in parts, or whole where the provider tells no parts.</summary>
internal sealed class ToolCallDeltas
{
    private readonly Dictionary<string, Call> calls = new(StringComparer.Ordinal);

    public bool HasCalls => calls.Count > 0;

    /// <returns>Null when no call goes on.</returns>
    public IReadOnlyList<CompletionToolCallDelta>? Read(IEnumerable<AIContent> contents)
    {
        List<CompletionToolCallDelta> deltas = [.. contents.Select(Read).OfType<CompletionToolCallDelta>()];
        return deltas.Count > 0 ? deltas : null;
    }

    private CompletionToolCallDelta? Read(AIContent content)
    {
        switch (content)
        {
            case ToolCallUpdate part:
                return Add(part.CallId, part.Name, part.Arguments);

            // A function without parameters is called without any arguments, which clients expect to be an object all the same.
            case FunctionCallContent whole when !calls.TryGetValue(whole.CallId, out var begun) || !begun.HasArguments:
                return Add(whole.CallId, whole.Name, CompletionWriter.Arguments(whole));
            default:
                return null;
        }
    }

    private CompletionToolCallDelta Add(string id, string? name, string arguments)
    {
        var isNew = !calls.TryGetValue(id, out var call);
        call ??= calls[id] = new(calls.Count);
        call.HasArguments |= arguments.Length > 0;
        return isNew ? new(call.Index, id, "function", new(name, arguments)) : new(call.Index, null, null, new(null, arguments));
    }

    private sealed class Call(int index)
    {
        public int Index => index;

        public bool HasArguments { get; set; }
    }
}
