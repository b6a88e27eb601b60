using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gaia.Chat.Completions;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>A whole answer, before it is put into a format.</summary>
internal sealed record Reply(ConversationTurn Turn, ChatResponse Response, TokenUsage Usage, ReplyMetadata Metadata, DateTimeOffset Time)
{
    /// <summary>OpenAI's shape with Gaia's metadata.</summary>
    public JsonObject AsCompletion()
    {
        var completion = new CompletionWriter(CompletionWriter.NewId(), Time, Usage.Model).Completion(Response, CompletionReader.Usage(Usage));
        completion["_metadata"] = JsonSerializer.SerializeToNode(Metadata, EventJson.Options);
        return completion;
    }

    /// <summary>The response to <c>X-Response-Format: v0.3</c>.</summary>
    public FlatReply AsFlat() => new(Usage.Text, Usage.Text, Turn.ConversationId, Metadata);

    public LegacyReply AsLegacy() => new(Usage.Text, Turn.ConversationId);
}

internal sealed record ReplyMetadata(
    Guid ConversationId, string RequestId, string RouteType, Guid? PersonaId, double RoutingTimeMs, double LlmTimeMs, double TotalTimeMs);

internal sealed record FlatReply(string Response, string Message, Guid ConversationId, [property: JsonPropertyName("_metadata")] ReplyMetadata Metadata);

internal sealed record LegacyReply(string Response, Guid ConversationId);
