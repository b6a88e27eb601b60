using Gaia.Chat.Inference;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Completions;

/// <summary>Answers in OpenAI's format, whole or as a stream. Nothing of it is stored but its usage, and a caller who disconnects ends it.</summary>
internal sealed class CreateCompletion(ResponderResolver responders, InferencePipeline pipeline, UsageWriter usages, ChatDb db, TimeProvider clock)
{
    public async Task<IResult> Handle(CompletionRequest request, CurrentUser user, CancellationToken ct)
    {
        var responder = CompletionSupport.Restrict(await responders.Find(request.Model, user, ct), request);
        var inference = await pipeline.PrepareAsync(
            user.Id!.Value, responder, CompletionReader.Messages(request.Messages), CompletionOptions.Of(request, responder), ct, request.N ?? 1);
        try
        {
            if (request.Stream is true)
            {
                var opening = await pipeline.BeginStreamAsync(inference, ct);
                return new CompletionStream(opening, inference, includeUsage: request.StreamOptions?.IncludeUsage is true, Record, Release);
            }

            var (model, response) = await pipeline.CompleteAsync(inference, ct);
            var usage = new TokenUsage(model, inference.Prompt);
            usage.Add(response);
            Record(usage);
            var writer = new CompletionWriter(CompletionWriter.NewId(), clock.GetUtcNow(), model);
            return TypedResults.Json(writer.Completion(response, CompletionReader.Usage(usage)), EventJson.Options);
        }
        catch (ProviderException)
        {
            await Release();
            throw;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            Record(inference.PromptUsage);
            throw;
        }

        void Record(TokenUsage usage) => usages.Add(inference.Record(usage, clock.GetUtcNow()), inference.Reservation);

        Task Release() => db.Release(inference.Reservation);
    }
}
