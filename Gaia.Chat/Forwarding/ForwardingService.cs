using Gaia.Chat.Errors;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Sends requests on to the provider of the model that they name, within the caller's budget, and returns what it answers.</summary>
internal sealed class ForwardingService(ModelCatalog models, ModelCaller caller, Budget budget, UsageWriter usages, ChatDb db, TimeProvider clock)
{
    /// <exception cref="ChatException">Nobody has the model, the budget does not cover the call, or the provider rejects it.</exception>
    public async Task<IResult> ForwardAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var forwarding = await BeginAsync(call, user, ct);
        return await forwarding.RunAsync(async () =>
        {
            var (model, type, body) = await caller.ExecuteAsync(forwarding.Call, model => ReadAsync(model, call, ct), ct);
            forwarding.Record(model, ForwardedUsage.Read(body, call).ToChatResponseUpdates());
            return TypedResults.Bytes(body, type);
        });
    }

    /// <summary>The same for an answer of server-sent events.</summary>
    /// <exception cref="ChatException">See <see cref="ForwardAsync"/>.</exception>
    public async Task<IResult> ForwardStreamAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var forwarding = await BeginAsync(call, user, ct);
        return await forwarding.RunAsync(async () =>
        {
            var (model, response) = await caller.ExecuteAsync(forwarding.Call, async model => (model, await PostAsync(model, call, ct)), ct);
            return new ForwardedStream(response, model.Provider.Options, updates => forwarding.Record(model, updates));
        });
    }

    private async Task<Forwarding> BeginAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var candidates = models.For(call.Model);
        var able = candidates.Where(model => model.Provider.OpenAI is not null).ToList();
        if (able.Count == 0)
        {
            throw candidates.Count == 0
                ? new ChatException(StatusCodes.Status404NotFound, "model_not_found", $"Model \"{call.Model}\" not found", "model")
                : new ChatException(StatusCodes.Status400BadRequest, "unsupported_model", $"Model \"{call.Model}\" of provider {candidates[0].Provider.Name} cannot be used with /v1/{call.Path}.", "model");
        }

        IReadOnlyList<ChatMessage> prompt = [new(ChatRole.User, call.Prompt)];
        var options = new ChatOptions { MaxOutputTokens = call.MaxOutputTokens };
        var reservation = call.IsFree ? null : await budget.Reserve(user.Id!.Value, new Responder(able, Persona: null), prompt, options, call.Answers, ct);
        return new(new ModelCall(user.Id!.Value, able, prompt, options), call.IsFree, reservation, usages, db, clock, ct);
    }

    private static async Task<(Model Model, string Type, byte[] Body)> ReadAsync(Model model, ForwardedCall call, CancellationToken ct)
    {
        using var timeout = Timeout(model, ct);
        try
        {
            using var response = await model.Provider.OpenAI!.PostAsync(call.Path, call.Body(), timeout.Token);
            return (model, $"{response.Content.Headers.ContentType}", await response.Content.ReadAsByteArrayAsync(timeout.Token));
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw ProviderErrorReader.Read(e, model.Provider);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(Model model, ForwardedCall call, CancellationToken ct)
    {
        using var timeout = Timeout(model, ct);
        try
        {
            return await model.Provider.OpenAI!.PostAsync(call.Path, call.Body(), timeout.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw ProviderErrorReader.Read(e, model.Provider);
        }
    }

    private static CancellationTokenSource Timeout(Model model, CancellationToken ct)
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(model.Provider.Options.AnswerTimeout);
        return timeout;
    }

    /// <summary>One call with what is reserved for it.</summary>
    private sealed class Forwarding(
        ModelCall call, bool isFree, BudgetReservation? reservation, UsageWriter usages, ChatDb db, TimeProvider clock, CancellationToken ct)
    {
        public ModelCall Call => call;

        public async Task<IResult> RunAsync(Func<Task<IResult>> work)
        {
            try
            {
                return await work();
            }
            catch (ProviderException)
            {
                await db.Release(reservation);
                throw;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // The provider has read the prompt all the same.
                Record(call.Candidates[0], []);
                throw;
            }
        }

        public void Record(Model model, IEnumerable<ChatResponseUpdate> updates)
        {
            if (isFree)
            {
                return;
            }

            var usage = new TokenUsage(model, call.Messages);
            foreach (var update in updates)
            {
                usage.Add(update);
            }

            usages.Add(usage.Record(call.UserId, persona: null, reservation, clock.GetUtcNow()), reservation);
        }
    }
}
