using System.Text;
using System.Text.Json;
using Gaia.Chat.Completions;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>Collects what a conversation keeps of an answer: its text, the tools that it calls, and what it took.</summary>
/// <param name="usage">Of the call.</param>
internal sealed class Answer(TokenUsage usage)
{
    private readonly SortedDictionary<long, Call> calls = [];

    public TokenUsage Usage => usage;

    /// <summary>None of an answer that ended early: the arguments of its last call may be incomplete.</summary>
    public IReadOnlyList<CompletionToolCall> ToolCalls => usage.FinishReason is null ? [] : [.. calls.Values.Select(call => call.Read())];

    public void Add(ChatResponseUpdate update)
    {
        usage.Add(update);
        Add(update.RawRepresentation, "delta", update.Contents);
    }

    public void Add(ChatResponse response)
    {
        usage.Add(response);
        Add(response.RawRepresentation, "message", response.Messages.SelectMany(message => message.Contents));
    }

    /// <param name="raw">The answer in OpenAI's format, if the provider speaks it.</param>
    /// <param name="member">Which member of a choice holds what is said.</param>
    /// <param name="contents">What the provider's client made of the answer.</param>
    private void Add(object? raw, string member, IEnumerable<AIContent> contents)
    {
        if (raw is JsonElement json)
        {
            foreach (var choice in json.Elements("choices").Where(choice => choice.Count("index") is null or 0))
            {
                foreach (var (place, call) in (choice.Member(member) ?? default).Elements("tool_calls").Index())
                {
                    At(call.Count("index") ?? place).Add(call);
                }
            }

            return;
        }

        foreach (var call in contents.OfType<FunctionCallContent>())
        {
            At(calls.Count).Add(call.CallId, call.Name, CompletionWriter.Arguments(call));
        }
    }

    private Call At(long index)
    {
        if (!calls.TryGetValue(index, out var call))
        {
            calls[index] = call = new();
        }

        return call;
    }

    private sealed class Call
    {
        private readonly StringBuilder arguments = new();
        private string? id;
        private string? name;

        public void Add(JsonElement call)
        {
            var function = call.Member("function") ?? default;
            Add(call.Text("id"), function.Text("name"), function.Text("arguments"));
        }

        // Some servers repeat id and name with every part of the arguments.
        public void Add(string? callId, string? function, string? part)
        {
            id ??= callId;
            name ??= function;
            arguments.Append(part);
        }

        public CompletionToolCall Read() => new(id ?? "", new(name ?? "", arguments.ToString()));
    }
}
