using System.Text.Json;
using Gaia.Chat.Errors;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Forwarding;

/// <summary>OpenAI's routes that a provider answers by itself: no persona speaks and nothing is stored but the usage.</summary>
internal static class ForwardingEndpoints
{
    // A recording has at most 25 MB with OpenAI, and the form around it a little more.
    private const long BodyLimit = 26 << 20;

    // OpenAI's own limit of an answer to which no other is given.
    private const int TextCompletionTokens = 16;

    public static void MapForwarding(this IEndpointRouteBuilder routes)
    {
        var openAI = routes.MapGroup("/v1").WithTags("OpenAI").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>()
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).FailsForModels();

        openAI.MapPost("/embeddings", Embed).WithName("CreateEmbedding").WithIdempotencyLease<EmbeddingRequest>().Produces<object>()
            .WithSummary("Create embeddings").WithDescription("OpenAI's embeddings API, answered by the provider of the model.");
        openAI.MapPost("/moderations", Moderate).WithName("CreateModeration").WithIdempotencyLease<ModerationRequest>().Produces<object>()
            .WithSummary("Classify text").WithDescription("OpenAI's moderations API, answered by the provider of the model. It is free: no budget counts it.");
        openAI.MapPost("/completions", Complete).WithName("CreateTextCompletion")
            .WithIdempotencyLease<TextCompletionRequest>(request => request.Stream is not true).Produces<object>().StreamsEvents()
            .WithSummary("Create a text completion").WithDescription("OpenAI's older completions API, answered by the provider of the model.");
        openAI.MapPost("/audio/speech", Speak).WithName("CreateSpeech").WithIdempotencyLease<SpeechRequest>(request => !request.IsStream).Produces(StatusCodes.Status200OK, contentType: "audio/mpeg").StreamsEvents()
            .WithSummary("Create speech").WithDescription("OpenAI's speech API: reads a text aloud, by the provider of the model.");
        openAI.MapPost("/audio/transcriptions", Transcribe).WithName("CreateTranscription").WithIdempotencyLease<AudioForm>(form => !form.IsStream).ReadsBody().Produces<object>().StreamsEvents()
            .WithSummary("Transcribe a recording").WithDescription("OpenAI's transcriptions API: writes down a recording in its own language, by the provider of the model.");
        openAI.MapPost("/audio/translations", Translate).WithName("CreateTranslation").WithIdempotencyLease<AudioForm>().ReadsBody().Produces<object>()
            .WithSummary("Translate a recording").WithDescription("OpenAI's translations API: writes down a recording in English, by the provider of the model.");
    }

    private static Task<IResult> Embed(EmbeddingRequest request, CurrentUser user, ForwardingService forwarding, CancellationToken ct) =>
        forwarding.ForwardAsync(ForwardedCall.Json(request.Model, "embeddings", request, ForwardedCall.TextOf(request.Input), maxOutputTokens: 0), user, ct);

    private static Task<IResult> Moderate(ModerationRequest request, CurrentUser user, ForwardingService forwarding, CancellationToken ct) =>
        forwarding.ForwardFreeAsync(ForwardedCall.Json(request.Model, "moderations", request, ForwardedCall.TextOf(request.Input), maxOutputTokens: 0), user, ct);

    private static Task<IResult> Complete(TextCompletionRequest request, CurrentUser user, ForwardingService forwarding, CancellationToken ct)
    {
        var prompt = ForwardedCall.TextOf(request.Prompt);
        var call = ForwardedCall.Json(request.Model, "completions", request, prompt, request.MaxTokens ?? TextCompletionTokens) with
        {
            Answers = Prompts(request) * Math.Max(request.N ?? 1, request.BestOf ?? 1),
        };
        return request.Stream is true ? forwarding.ForwardStreamAsync(call, user, ct) : forwarding.ForwardAsync(call, user, ct);
    }

    private static Task<IResult> Speak(SpeechRequest request, CurrentUser user, ForwardingService forwarding, CancellationToken ct)
    {
        var call = ForwardedCall.Json(request.Model, "audio/speech", request, request.Input, TokensToSpeak(request.Input)) with
        {
            EstimatedOutputTokens = TokensToSpeak(request.Input),
            Audio = new(Characters: request.Input.EnumerateRunes().Count()),
        };
        return request.IsStream ? forwarding.ForwardStreamAsync(call, user, ct) : forwarding.ForwardAsync(call, user, ct);
    }

    private static Task<IResult> Transcribe(AudioForm form, CurrentUser user, ForwardingService forwarding, CancellationToken ct) =>
        form.IsStream ? forwarding.ForwardStreamAsync(Call("audio/transcriptions", form), user, ct) : forwarding.ForwardAsync(Call("audio/transcriptions", form), user, ct);

    private static Task<IResult> Translate(AudioForm form, CurrentUser user, ForwardingService forwarding, CancellationToken ct) =>
        forwarding.ForwardAsync(Call("audio/translations", form), user, ct);

    private static ForwardedCall Call(string path, AudioForm form) =>
        new(form.Model, path, form.Prompt, TokensToHear(form), form.ToContent) { Audio = new(Seconds: LongestRecording(form)) };

    /// <summary>An array of strings, or of arrays of tokens, is as many prompts.</summary>
    private static int Prompts(TextCompletionRequest request) =>
        request.Prompt is { ValueKind: JsonValueKind.Array } prompts && prompts.EnumerateArray().Any(one => one.ValueKind is not JsonValueKind.Number)
            ? prompts.GetArrayLength()
            : 1;

    /// <summary>A minute of speech has about 1,250 tokens (OpenAI, pricing of gpt-4o-mini-tts, 2025).</summary>
    private static int TokensToSpeak(string text) => text.Length * 1_250 / ForwardedUsage.LettersPerMinute + 1;

    /// <summary>Nobody speaks faster than ten tokens in a second.</summary>
    private static int TokensToHear(AudioForm form) => LongestRecording(form) * 10 + 1;

    /// <summary>In seconds: no recording has less than 1,000 bytes in one.</summary>
    private static int LongestRecording(AudioForm form) => form.File.Length / 1_000 + 1;
}
