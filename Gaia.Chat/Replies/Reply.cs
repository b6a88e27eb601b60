using System.Text.Json.Serialization;
using Gaia.Chat.Completions;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>A whole answer, before it is put into a format.</summary>
internal sealed record Reply(ConversationTurn ConversationTurn, ChatResponse Response, TokenUsage Usage, ReplyMetadata Metadata, DateTimeOffset Time)
{
    /// <summary>OpenAI's shape, and what only Gaia knows.</summary>
    public Completion AsCompletion() =>
        new CompletionWriting(CompletionWriting.NewId(), Time, Usage.Model).Completion(Response, Usage.Tokens) with { Metadata = Metadata };

    /// <summary>What <c>X-Response-Format: v0.3</c> asks for.</summary>
    public FlatReply AsFlat() => new(Usage.Text, Usage.Text, ConversationTurn.ConversationId, Metadata);

    public LegacyReply AsLegacy() => new(Usage.Text, ConversationTurn.ConversationId);
}

internal sealed record ReplyMetadata(
    Guid ConversationId, string RequestId, string RouteType, Guid? PersonaId, double RoutingTimeMs, double LlmTimeMs, double TotalTimeMs);

internal sealed record FlatReply(string Response, string Message, Guid ConversationId, [property: JsonPropertyName("_metadata")] ReplyMetadata Metadata);

internal sealed record LegacyReply(string Response, Guid ConversationId);
