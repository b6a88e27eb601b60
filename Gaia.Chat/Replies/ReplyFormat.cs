using System.Text.Json;
using Gaia.Chat.Completions;
using Gaia.Chat.Providers;
using Gaia.Chat.Errors;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>The events that a streamed answer consists of.</summary>
internal abstract class ReplyFormat
{
    public abstract byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now);

    /// <returns>Null when the update says nothing that clients are told.</returns>
    public abstract byte[]? Update(ChatResponseUpdate update);

    public abstract byte[] Error(ChatException failure);

    public abstract IEnumerable<byte[]> End(string reason);

    protected static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options);
}

/// <summary>OpenAI's chunks between events of Gaia's own.</summary>
internal sealed class CompletionReplyFormat : ReplyFormat
{
    private CompletionWriting writing = null!;

    public override byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now)
    {
        writing = new(CompletionWriting.NewId(), now, model);
        return Json(new { Type = "metadata", turn.ConversationId, Model = model.Id, PersonaId = turn.Responder.Persona?.Id, turn.RequestId, Timestamp = now });
    }

    public override byte[]? Update(ChatResponseUpdate update) =>
        writing.Chunk(update) is { } chunk ? JsonSerializer.SerializeToUtf8Bytes(chunk, CompletionJson.Readable.CompletionChunk) : null;

    public override byte[] Error(ChatException failure) =>
        Json(new { Type = "error", Error = new CompletionError(failure.Message, "server_error", null, failure.Code) });

    public override IEnumerable<byte[]> End(string reason) => [Json(new { Type = "done", FinishReason = reason }), EventStream.Done.ToArray()];
}

/// <summary>v0.3 of the original platform.</summary>
internal sealed class LegacyReplyFormat : ReplyFormat
{
    public override byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now) => Json(new { Type = "metadata", turn.ConversationId });

    public override byte[]? Update(ChatResponseUpdate update) => update.Text is { Length: > 0 } text ? Json(new { Type = "content", Content = text }) : null;

    public override byte[] Error(ChatException failure) => Json(new { Type = "error", Error = failure.Message });

    public override IEnumerable<byte[]> End(string reason) => [Json(new { Type = "done" })];
}
