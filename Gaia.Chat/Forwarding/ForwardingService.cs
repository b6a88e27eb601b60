using System.Runtime.CompilerServices;
using System.Text.Json;
using Gaia.Chat.Completions;
using Gaia.Chat.Errors;
using Gaia.Chat.Inference;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Usage;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Sends requests on to the provider of the model that they name, within the caller's budget, and returns what it answers.</summary>
internal sealed class ForwardingService(ModelCatalog models, ModelCaller caller, InferencePipeline pipeline)
{
    /// <exception cref="ChatException">Nobody has the model, the budget does not cover the call, or the provider rejects it.</exception>
    public async Task<IResult> ForwardAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var inference = await PrepareAsync(call, user, ct);
        var (model, type, body) = await pipeline.SettleAsync(inference, () => caller.AskAsync(inference.Call, (model, token) => ReadAsync(model, call, token), ct), ct);
        var usage = new TokenUsage(model, inference.Prompt) { Audio = ForwardedUsage.Audio(body, call) };
        usage.Add(ForwardedUsage.Read(body, call));
        pipeline.Record(inference, usage);
        return TypedResults.Bytes(body, type);
    }

    /// <summary>The same for an answer of server-sent events.</summary>
    /// <exception cref="ChatException">See <see cref="ForwardAsync"/>.</exception>
    public async Task<IResult> ForwardStreamAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var inference = await PrepareAsync(call, user, ct);
        var stream = caller.StreamAsync(inference.Call, (model, token) => ReadChunksAsync(model, call, token), ct);
        return new CompletionStream(await pipeline.SettleAsync(inference, () => pipeline.BeginAsync(stream, ct), ct), inference, new ForwardedFormat(), pipeline);
    }

    /// <summary>The same for what providers charge nothing for.</summary>
    /// <exception cref="ChatException">Nobody has the model, or the provider rejects the call.</exception>
    public async Task<IResult> ForwardFreeAsync(ForwardedCall call, CurrentUser user, CancellationToken ct)
    {
        var request = new ModelCall(user.Id!.Value, Candidates(call), [new(ChatRole.User, call.Prompt)], new());
        var (_, type, body) = await caller.AskAsync(request, (model, token) => ReadAsync(model, call, token), ct);
        return TypedResults.Bytes(body, type);
    }

    private Task<InferenceRequest> PrepareAsync(ForwardedCall call, CurrentUser user, CancellationToken ct) => pipeline.ReserveAsync(
        user.Id!.Value,
        new Responder(Candidates(call), Persona: null),
        [new(ChatRole.User, call.Prompt)],
        new() { MaxOutputTokens = call.MaxOutputTokens },
        call.Answers,
        ct,
        call.Audio);

    private List<Model> Candidates(ForwardedCall call) => models.For(call.Model) switch
    {
        [] => throw new ChatException(StatusCodes.Status404NotFound, "model_not_found", $"Model \"{call.Model}\" not found", "model"),
        var known when known.Where(model => model.Provider.OpenAI is not null).ToList() is { Count: > 0 } able => able,
        [var other, ..] => throw new ChatException(
            StatusCodes.Status400BadRequest,
            "unsupported_model",
            $"Model \"{other.Id}\" of provider {other.Provider.Name} cannot be used with /v1/{call.Path}.",
            "model"),
    };

    private static async Task<(Model Model, string Type, byte[] Body)> ReadAsync(Model model, ForwardedCall call, CancellationToken ct)
    {
        using var response = await model.Provider.OpenAI!.PostAsync(call.Path, call.Body(), ct);
        return (model, $"{response.Content.Headers.ContentType}", await response.Content.ReadAsByteArrayAsync(ct));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> ReadChunksAsync(Model model, ForwardedCall call, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await model.Provider.OpenAI!.PostAsync(call.Path, call.Body(), ct);

        // Models that do not stream ignore that they are asked to.
        if (response.Content.Headers.ContentType?.MediaType is "application/json")
        {
            var whole = ProviderResponse.ReadChunk(JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(ct)), model.Provider.Options);
            whole.FinishReason ??= ChatFinishReason.Stop;
            yield return whole;
            yield break;
        }

        await foreach (var chunk in OpenAIConnection.ReadChunksAsync(response, ct))
        {
            yield return ForwardedUsage.ReadEvent(ProviderResponse.ReadChunk(chunk, model.Provider.Options), chunk);
        }
    }
}
