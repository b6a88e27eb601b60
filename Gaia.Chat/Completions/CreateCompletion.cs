using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Answers in OpenAI's format, at once or as a stream. Nothing of it is kept but what it took, and a caller who leaves ends it.</summary>
internal sealed class CreateCompletion(ResponderResolver responders, Budget budget, ModelCaller models, UsageWriter usage, ChatDb db, TimeProvider clock)
{
    public async Task<IResult> Handle(CompletionRequest request, CurrentUser user, CancellationToken ct)
    {
        var responder = await responders.Find(request.Model, user, ct);
        var options = CompletionOptions.Of(request);
        var said = CompletionReading.Messages(request.Messages);
        var messages = ContextWindow.Fit(responder.Persona is { } persona ? [PersonaPrompt.Of(persona), .. said] : said, responder.Candidates[0], options.MaxOutputTokens);
        var reservation = await budget.Reserve(user.Id!.Value, responder, messages, options, ct);
        try
        {
            if (request.Stream is true)
            {
                var stream = await models.Stream(responder.Candidates, messages, options, ct);
                var streamed = new TokenUsage(stream.Model, messages);
                return new CompletionStream(stream, Writing(stream.Model), streamed, request.StreamOptions?.IncludeUsage is true, () => Record(streamed));
            }

            var (model, response) = await models.Complete(responder.Candidates, messages, options, ct);
            var taken = new TokenUsage(model, messages);
            taken.Add(response);
            Record(taken);
            return TypedResults.Ok(Writing(model).Completion(response, taken.Tokens));
        }
        catch (ProviderException)
        {
            await db.Release(reservation);
            throw;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller left before the first token, but the prompt was read.
            Record(new TokenUsage(responder.Candidates[0], messages));
            throw;
        }

        CompletionWriting Writing(Model model) => new(CompletionWriting.NewId(), clock.GetUtcNow(), model);

        void Record(TokenUsage taken) => usage.Add(taken.Record(user.Id!.Value, responder.Persona?.Id, reservation, clock.GetUtcNow()), reservation);
    }
}
