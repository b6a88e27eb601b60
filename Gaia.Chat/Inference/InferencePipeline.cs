using Gaia.Chat.Budgets;
using Gaia.Chat.Errors;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Inference;

/// <summary>What every call of a model passes: persona, prompt, context window, budget, model.</summary>
internal sealed class InferencePipeline(
    PersonaPrompt prompts, ModelCaller models, BudgetService budget, UsageWriter usages, ChatDb db, CurrentUser caller, IHttpContextAccessor http, TimeProvider clock)
{
    /// <summary>How long a stream waits for its model before its headers are sent: an error until then still is an HTTP status.</summary>
    private static readonly TimeSpan HeaderDelay = TimeSpan.FromSeconds(1);

    /// <param name="answers">How many the model is asked for.</param>
    /// <param name="greeting">With which greeting of the persona the conversation began; null when that is to be found out.</param>
    /// <exception cref="ChatException">The prompt is too long, or the user's budget does not cover the call.</exception>
    public async Task<InferenceRequest> PrepareAsync(
        Guid user, Responder responder, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken ct, int answers = 1, int? greeting = null)
    {
        var model = responder.Candidates[0];
        if (responder.Persona?.Settings is { } settings)
        {
            options.Temperature ??= settings.Temperature;
            options.MaxOutputTokens ??= settings.MaxTokens;
            options.StopSequences ??= settings.Stop?.ToList();
        }

        var whole = responder.Persona is { } persona ? await prompts.BuildAsync(persona, messages, model, options.MaxOutputTokens, greeting, ct) : messages;
        var prompt = ContextWindow.Fit(whole, model, options.MaxOutputTokens);
        return await ReserveAsync(user, responder, prompt, options, answers, ct);
    }

    /// <summary>Prepares a call whose prompt is sent as it is.</summary>
    /// <exception cref="ChatException">The user's budget does not cover the call.</exception>
    public Task<InferenceRequest> ReserveAsync(
        Guid user, Responder responder, IReadOnlyList<ChatMessage> prompt, ChatOptions options, int answers, CancellationToken ct, AudioLength? audio = null) =>
        ReserveAsync(UsageSource.Of(user, caller, http.HttpContext), responder, prompt, options, answers, ct, audio);

    /// <summary>The same where no request is being served.</summary>
    /// <exception cref="ChatException">The user's budget does not cover the call.</exception>
    public async Task<InferenceRequest> ReserveAsync(
        UsageSource source, Responder responder, IReadOnlyList<ChatMessage> prompt, ChatOptions options, int answers, CancellationToken ct, AudioLength? audio = null) =>
        new(source, responder, prompt, options, await budget.ReserveAsync(source, responder, prompt, options, answers, ct, audio)) { Audio = audio };

    /// <exception cref="ProviderException">No candidate answered.</exception>
    public Task<(Model Model, ChatResponse Response)> CompleteAsync(InferenceRequest request, CancellationToken ct) => models.CompleteAsync(request.Call, ct);

    /// <summary>Begins a stream. It may still wait for its first token when this returns.</summary>
    /// <exception cref="ProviderException">No candidate answered, which was known at once.</exception>
    public Task<Task<ModelStream>> BeginStreamAsync(InferenceRequest request, CancellationToken ct) => BeginAsync(models.StreamAsync(request.Call, ct), ct);

    /// <summary>The same for a stream that is opened in another way.</summary>
    /// <exception cref="ProviderException">No candidate answered, which was known at once.</exception>
    public async Task<Task<ModelStream>> BeginAsync(Task<ModelStream> opening, CancellationToken ct)
    {
        await Task.WhenAny(opening, Task.Delay(HeaderDelay, clock, ct));
        if (opening.IsCompleted)
        {
            await opening;
        }

        return opening;
    }

    /// <summary>Makes a call, and settles for one that failed: what its caller cancelled is recorded, and for what no provider answered nothing is kept reserved.</summary>
    public async Task<T> SettleAsync<T>(InferenceRequest request, Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (ProviderException)
        {
            await ReleaseAsync(request);
            throw;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Record(request, request.PromptUsage);
            throw;
        }
    }

    /// <summary>Writes down, in the background, what a call took, in place of what was reserved for it.</summary>
    public void Record(InferenceRequest request, TokenUsage usage) => usages.Add(request.Record(usage, clock.GetUtcNow()), request.Reservation);

    /// <summary>Gives back what was reserved for a call that took nothing.</summary>
    public Task ReleaseAsync(InferenceRequest request) => db.ReleaseAsync(request.Reservation);
}
