using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Completions;

/// <summary>Answers in OpenAI's format, at once or as a stream. Nothing of it is kept but what it took, and a caller who leaves ends it.</summary>
internal sealed class CreateCompletion(Cast cast, Budget budget, ModelCaller models, UsageLog usage, ChatDb db, TimeProvider clock)
{
    public async Task<IResult> Handle(CompletionRequest request, CurrentUser user, CancellationToken ct)
    {
        var part = await cast.Find(request.Model, user, ct);
        var options = CompletionOptions.Of(request);
        var said = CompletionReading.Messages(request.Messages);
        var messages = ContextWindow.Fit(part.Persona is { } persona ? [PersonaPrompt.Of(persona), .. said] : said, part.Candidates[0], options.MaxOutputTokens);
        var hold = await budget.Take(user.Id!.Value, part, messages, options, ct);
        try
        {
            if (request.Stream is true)
            {
                var stream = await models.Stream(part.Candidates, messages, options, ct);
                var streamed = new Consumption(stream.Model, messages);
                return new CompletionStream(stream, Writing(stream.Model), streamed, request.StreamOptions?.IncludeUsage is true, () => Record(streamed));
            }

            var (model, response) = await models.Complete(part.Candidates, messages, options, ct);
            var taken = new Consumption(model, messages);
            taken.Add(response);
            Record(taken);
            return TypedResults.Ok(Writing(model).Completion(response, taken.Tokens));
        }
        catch (ProviderFailure)
        {
            await db.Release(hold);
            throw;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller left before the first token, but the prompt was read.
            Record(new Consumption(part.Candidates[0], messages));
            throw;
        }

        CompletionWriting Writing(Model model) => new(CompletionWriting.NewId(), clock.GetUtcNow(), model);

        void Record(Consumption taken) => usage.Add(taken.Record(user.Id!.Value, part.Persona?.Id, hold, clock.GetUtcNow()), hold);
    }
}
