using Gaia.Chat.Errors;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Inference;

/// <summary>What every call of a model passes: persona, prompt, context window, budget, model.</summary>
internal sealed class InferencePipeline(ModelCaller models, Budget budget, TimeProvider clock)
{
    /// <summary>How long a stream waits for its model before its headers are sent: an error until then still is an HTTP status.</summary>
    private static readonly TimeSpan HeaderDelay = TimeSpan.FromSeconds(1);

    /// <param name="answers">How many the model is asked for.</param>
    /// <exception cref="ChatException">The prompt is too long, or the user's budget does not cover the call.</exception>
    public async Task<InferenceRequest> PrepareAsync(
        Guid user, Responder responder, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken ct, int answers = 1)
    {
        IReadOnlyList<ChatMessage> whole = responder.Persona is { } persona ? [PersonaPrompt.Of(persona), .. messages] : messages;
        var prompt = ContextWindow.Fit(whole, responder.Candidates[0], options.MaxOutputTokens);
        var reservation = await budget.Reserve(user, responder, prompt, options, answers, ct);
        return new(user, responder, prompt, options, reservation);
    }

    /// <exception cref="ProviderException">No candidate answered.</exception>
    public Task<(Model Model, ChatResponse Response)> CompleteAsync(InferenceRequest request, CancellationToken ct) => models.Complete(Call(request), ct);

    /// <summary>Begins a stream. It may still wait for its first token when this returns.</summary>
    /// <exception cref="ProviderException">No candidate answered, which was known at once.</exception>
    public async Task<Task<ModelStream>> BeginStreamAsync(InferenceRequest request, CancellationToken ct)
    {
        var opening = models.Stream(Call(request), ct);
        await Task.WhenAny(opening, Task.Delay(HeaderDelay, clock, ct));
        if (opening.IsCompleted)
        {
            await opening;
        }

        return opening;
    }

    private static ModelCall Call(InferenceRequest request) => new(request.UserId, request.Responder.Candidates, request.Prompt, request.Options);
}
