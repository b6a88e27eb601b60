using Gaia.Chat.Prompts;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Replies;

/// <summary>A question that was stored, and all that is needed to answer it.</summary>
/// <param name="ConversationId">Where it belongs.</param>
/// <param name="IsNew">The question began the conversation.</param>
/// <param name="Question">What the user said last.</param>
/// <param name="Stored">The messages that were stored for it.</param>
/// <param name="Responder">Who answers.</param>
/// <param name="Prompt">What the model is given.</param>
/// <param name="BudgetReservation">What is held of the user's budget for it.</param>
internal sealed record ConversationTurn(
    Guid ConversationId,
    bool IsNew,
    Guid UserId,
    string RequestId,
    string Question,
    IReadOnlyList<Guid> Stored,
    Responder Responder,
    IReadOnlyList<ChatMessage> Prompt,
    ChatOptions Options,
    BudgetReservation? Reservation);
