using System.Text.Json;
using Gaia.Chat.Completions;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>A provider's chunks as they came.</summary>
internal sealed class ForwardedFormat : IStreamFormat
{
    public void WriteUpdate(EventStream events, Model model, ChatResponseUpdate update) =>
        events.Write(null, JsonSerializer.SerializeToUtf8Bytes((JsonElement)update.RawRepresentation!, CompletionJson.Readable.JsonElement));

    public AudioLength? AudioOf(ChatResponseUpdate update) => ForwardedUsage.Seconds((JsonElement)update.RawRepresentation!) is { } seconds ? new(seconds) : null;

    public ValueTask WriteEndAsync(EventStream events, Model model, CompletionUsage usage, CancellationToken ct)
    {
        events.Write(null, EventStream.Done);
        return default;
    }
}
