using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Replies;

internal static class ReplyEndpoints
{
    // Images come inside the body.
    private const long BodyLimit = 16 * 1024 * 1024;
    private const string LegacyFormat = "v0.3";

    public static void MapReplies(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/chat", Reply).WithName("Chat").WithTags("Chat")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>()
            .WithIdempotencyLease<ReplyRequest>(request => request.Stream is not true)
            .Produces<Completion>().StreamsEvents().FailsForModels()
            .WithSummary("Chat with a persona or a model")
            .WithDescription("Answers a message and stores both in a conversation: the one named, or a new one. A streamed answer can be resumed and stopped by its request id.")
            .FailsWith(StatusCodes.Status409Conflict, "The conversation or the stream is busy with another request, or the answer was stopped before it began.");
        routes.MapPost("/api/v0.3/chat", ReplyLegacy).WithName("ChatV03").WithTags("v0.3")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimit)).RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>()
            .Produces<LegacyReply>().StreamsEvents().FailsForModels()
            .WithSummary("Chat").WithDescription("Answers a message as version 0.3 of the API does. The conversation must exist when one is named.")
            .FailsWith(StatusCodes.Status409Conflict, "The stream is busy with another request, or the answer was stopped before it began.");
    }

    private static async Task<IResult> Reply(
        ReplyRequest request,
        HttpContext context,
        CurrentUser user,
        ReplyService replies,
        CancellationToken ct,
        [FromHeader(Name = "X-Response-Format")] string? format = null)
    {
        var requestId = NameRequest(context);
        var isLegacy = LegacyFormat.Equals(format?.Trim(), StringComparison.OrdinalIgnoreCase);
        if (isLegacy && request.Tools is { Count: > 0 })
        {
            throw ChatException.Invalid("Format v0.3 cannot tell of calls of tools", "tools");
        }

        if (request.Stream is true)
        {
            return await replies.StreamAsync(request, mustExist: false, isLegacy ? new LegacyReplyFormat() : new CompletionReplyFormat(request.StreamOptions?.IncludeUsage is true), requestId, user, ct);
        }

        // Made once: what is recorded is what is sent, its id too.
        object? body = null;
        var record = IdempotentRequest.RecorderOf(context, EventJson.Options);
        var reply = await replies.CompleteAsync(request, mustExist: false, requestId, user, ct, (db, answer) => record(db, BodyOf(answer)));
        return TypedResults.Json(BodyOf(reply), EventJson.Options);

        object BodyOf(Reply answer) => body ??= isLegacy ? answer.AsFlat() : answer.AsCompletion();
    }

    /// <summary>The id of the request, which the response has as well: a streamed answer is resumed by it.</summary>
    private static string NameRequest(HttpContext context)
    {
        var id = RequestId.Of(context.Request);
        context.Response.Headers[RequestId.Header] = id;
        return id;
    }

    private static async Task<IResult> ReplyLegacy(LegacyReplyRequest legacy, HttpContext context, CurrentUser user, ReplyService replies, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(legacy.Message))
        {
            return TypedResults.Json(new { Error = "Missing required field: message" }, statusCode: StatusCodes.Status400BadRequest);
        }

        var requestId = NameRequest(context);
        var request = new ReplyRequest(legacy.Message, ConversationId: legacy.ConversationId);
        return legacy.Stream is true
            ? await replies.StreamAsync(request, mustExist: true, new LegacyReplyFormat(), requestId, user, ct)
            : TypedResults.Ok((await replies.CompleteAsync(request, mustExist: true, requestId, user, ct)).AsLegacy());
    }
}
