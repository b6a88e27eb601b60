using Gaia.Chat.Inference;
using Gaia.Chat.Summaries;

namespace Gaia.Chat.Replies;

/// <summary>A user's message that was stored, and the inference that answers it.</summary>
/// <param name="IsNew">The message began the conversation.</param>
/// <param name="Message">The text of the user's last message.</param>
/// <param name="Stored">The messages that were stored for it.</param>
internal sealed record ConversationTurn(
    Guid ConversationId, bool IsNew, string RequestId, string Message, IReadOnlyList<Guid> Stored, InferenceRequest Inference)
{
    /// <summary>What is to be done once the turn is over; null while the conversation is short.</summary>
    public SummaryRequest? Summary { get; init; }

    public Guid UserId => Inference.UserId;

    public Guid? PersonaId => Inference.Responder.Persona?.Id;
}
