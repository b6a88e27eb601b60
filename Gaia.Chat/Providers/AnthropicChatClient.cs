using System.Runtime.CompilerServices;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>Adds the parts of tool calls to streams of Anthropic's client, which tells a call only when it is complete.</summary>
internal sealed class AnthropicChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var calls = new Dictionary<long, string>();
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (update.RawRepresentation is RawMessageStreamEvent { Value: var value } && Read(value, calls) is { } part)
            {
                update.Contents.Add(part);
            }

            yield return update;
        }
    }

    private static ToolCallUpdate? Read(object? value, Dictionary<long, string> calls)
    {
        switch (value)
        {
            case RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock call } start:
                calls[start.Index] = call.ID;
                return new(call.ID, call.Name, "");
            case RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta json } delta when json.PartialJson.Length > 0 && calls.TryGetValue(delta.Index, out var id):
                return new(id, null, json.PartialJson);
            default:
                return null;
        }
    }
}
