using Gaia.Chat.Errors;
using Gaia.Chat.Inference;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Prompts;
using Gaia.Chat.Usage;

namespace Gaia.Chat.Completions;

/// <summary>Answers whole or as a stream. Nothing of it is stored but its usage, and a caller who disconnects ends it.</summary>
internal sealed class CreateCompletion(ResponderResolver responders, InferencePipeline pipeline)
{
    /// <param name="request">In the words of OpenAI's chat completions.</param>
    /// <param name="format">How the answer is written.</param>
    /// <param name="user">Who asks and pays.</param>
    /// <param name="ct">Ends the call of the model.</param>
    /// <exception cref="ChatException">No model can answer the request as it is, or the user's budget does not cover it.</exception>
    public async Task<IResult> HandleAsync(CompletionRequest request, IAnswerFormat format, CurrentUser user, CancellationToken ct)
    {
        var responder = CompletionSupport.Restrict(await responders.FindAsync(request.Model, user, ct), request);
        var inference = await pipeline.PrepareAsync(
            user.Id!.Value, responder, CompletionReader.Messages(request.Messages), CompletionOptions.Of(request, responder), ct, request.N ?? 1);
        if (request.Stream is true)
        {
            var opening = await pipeline.SettleAsync(inference, () => pipeline.BeginStreamAsync(inference, ct), ct);
            return new CompletionStream(opening, inference, format, pipeline);
        }

        var (model, response) = await pipeline.SettleAsync(inference, () => pipeline.CompleteAsync(inference, ct), ct);
        var usage = new TokenUsage(model, inference.Prompt);
        usage.Add(response);
        pipeline.Record(inference, usage);
        return await format.WriteWholeAsync(model, response, CompletionReader.Usage(usage), ct);
    }
}
