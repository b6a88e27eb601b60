using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Inference;

/// <summary>All that is needed to call a model.</summary>
/// <param name="Source">Who asks, and pays.</param>
/// <param name="Responder">The models that can answer, and the persona they speak as.</param>
/// <param name="Prompt">What the model is given.</param>
/// <param name="Options">How it is to answer.</param>
/// <param name="Reservation">What is reserved of the user's budget; null when nothing limits them.</param>
internal sealed record InferenceRequest(
    UsageSource Source, Responder Responder, IReadOnlyList<ChatMessage> Prompt, ChatOptions Options, BudgetReservation? Reservation)
{
    /// <summary>What a call that hears or speaks takes at most.</summary>
    public AudioLength? Audio { get; init; }

    public Guid UserId => Source.UserId;

    public ModelCall Call => new(UserId, Responder.Candidates, Prompt, Options);

    /// <summary>For a call whose answer did not begin: the prompt was read all the same.</summary>
    public TokenUsage PromptUsage => new(Responder.Candidates[0], Prompt) { Audio = Audio };

    /// <summary>The record of what the call took, in place of what was reserved for it.</summary>
    public UsageRecord Record(TokenUsage usage, DateTimeOffset now) => usage.Record(Source, Responder.Persona?.Id, Reservation, now);
}
