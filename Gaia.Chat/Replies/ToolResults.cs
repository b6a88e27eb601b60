using Gaia.Chat.Completions;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>Keeps the calls of tools and their results together: providers accept neither without the other.</summary>
internal static class ToolResults
{
    private const string Missing = "No result was given.";

    /// <param name="history">What was said before.</param>
    /// <param name="said">Begins with the results.</param>
    /// <exception cref="ChatException">They are not the results of the calls that the last answer made.</exception>
    public static void Check(IReadOnlyList<ChatMessage> history, IReadOnlyList<ChatMessage> said)
    {
        var open = history is [.., var last] ? CallsOf(last).ToList() : [];
        foreach (var (index, message) in said.TakeWhile(IsResult).Index())
        {
            foreach (var id in ResultsOf(message).Where(id => !open.Remove(id)))
            {
                throw ChatException.Invalid($"The last answer of the conversation made no call \"{id}\", or its result was given twice", $"messages[{index}].tool_call_id");
            }
        }

        if (open is not [])
        {
            throw ChatException.Invalid($"The results of all calls are needed at once: \"{string.Join("\", \"", open)}\" has none", "messages");
        }
    }

    /// <summary>The same conversation with a result for every call, and without results whose calls are no longer part of it.</summary>
    public static IEnumerable<ChatMessage> Complete(IReadOnlyList<ChatMessage> messages)
    {
        List<string> open = [];
        foreach (var message in messages)
        {
            if (IsResult(message))
            {
                if (ResultsOf(message).All(open.Remove))
                {
                    yield return message;
                }

                continue;
            }

            foreach (var id in open)
            {
                yield return CompletionReader.Message(CompletionMessage.Create("tool", Missing) with { ToolCallId = id });
            }

            open = [.. CallsOf(message)];
            yield return message;
        }
    }

    private static bool IsResult(ChatMessage message) => message.Role == ChatRole.Tool;

    private static IEnumerable<string> CallsOf(ChatMessage message) => message.Contents.OfType<FunctionCallContent>().Select(call => call.CallId);

    private static IEnumerable<string> ResultsOf(ChatMessage message) => message.Contents.OfType<FunctionResultContent>().Select(result => result.CallId);
}
