using System.Text.Json;
using Gaia.Chat.Completions;
using Gaia.Chat.Errors;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>The events of a streamed answer.</summary>
internal abstract class ReplyFormat
{
    public abstract byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now);

    /// <returns>Null when clients are told nothing at this point.</returns>
    public abstract byte[]? Update(ChatResponseUpdate update);

    /// <summary>What follows the last update of a complete answer.</summary>
    public virtual IEnumerable<byte[]> Complete(TokenUsage usage) => [];

    public abstract byte[] Error(ChatException error);

    public abstract IEnumerable<byte[]> End(string reason);

    protected static byte[] Json<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options);
}

/// <summary>OpenAI's chunks between events of Gaia's own.</summary>
/// <param name="includesUsage">Whether the last chunk tells the usage.</param>
internal sealed class CompletionReplyFormat(bool includesUsage) : ReplyFormat
{
    private CompletionWriter writer = null!;

    public override byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now)
    {
        writer = new(CompletionWriter.NewId(), now, model) { IncludesUsage = includesUsage };
        return Json(new { Type = "metadata", turn.ConversationId, Model = model.Id, turn.PersonaId, turn.RequestId, Timestamp = now });
    }

    public override byte[]? Update(ChatResponseUpdate update) => writer.Chunk(update) is { Length: > 0 } chunk ? chunk.ToArray() : null;

    public override IEnumerable<byte[]> Complete(TokenUsage usage) => writer.End(CompletionReader.Usage(usage)).Select(chunk => chunk.ToArray());

    public override byte[] Error(ChatException error) =>
        Json(new { Type = "error", Error = new CompletionError(error.Message, "server_error", error.Field, error.Code) });

    public override IEnumerable<byte[]> End(string reason) => [Json(new { Type = "done", FinishReason = reason }), EventStream.Done.ToArray()];
}

/// <summary>API version 0.3.</summary>
internal sealed class LegacyReplyFormat : ReplyFormat
{
    public override byte[] Begin(ConversationTurn turn, Model model, DateTimeOffset now) => Json(new { Type = "metadata", turn.ConversationId });

    public override byte[]? Update(ChatResponseUpdate update) => update.Text is { Length: > 0 } text ? Json(new { Type = "content", Content = text }) : null;

    public override byte[] Error(ChatException error) => Json(new { Type = "error", Error = error.Message });

    public override IEnumerable<byte[]> End(string reason) => [Json(new { Type = "done" })];
}
