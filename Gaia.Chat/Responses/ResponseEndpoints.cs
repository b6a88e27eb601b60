using Gaia.Chat.Completions;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Responses;

/// <summary>OpenAI's Responses API, answered by any model or persona.</summary>
internal static class ResponseEndpoints
{
    // Images come inside the body.
    private const long BodyLimit = 16 * 1024 * 1024;

    public static void MapResponses(this IEndpointRouteBuilder routes)
    {
        var responses = routes.MapGroup("/v1/responses").WithTags("OpenAI").RequireScope(Scopes.Chat).AddEndpointFilter<ChatExceptionFilter>();

        responses.MapPost("", Create).WithName("CreateResponse").WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .WithIdempotencyLease<ResponseRequest>(request => request.Stream is not true).Produces<object>().StreamsEvents();
        responses.MapGet("/{id}", Get).WithName("GetResponse").Produces<object>();
        responses.MapDelete("/{id}", Delete).WithName("DeleteResponse");
    }

    private static async Task<IResult> Create(
        ResponseRequest request, CurrentUser user, CreateCompletion create, ResponseStore store, ItemReferences references, TimeProvider clock, CancellationToken ct)
    {
        var input = await references.ResolveAsync(request.Input!.Value, user, ct);
        List<CompletionMessage> messages =
            [.. await store.MessagesUpToAsync(request.PreviousResponseId, user, ct), .. ResponseReader.Messages(input)];
        return await create.HandleAsync(ResponseReader.ToCompletion(request, messages), new ResponseFormat(request, messages, store, user, clock), user, ct);
    }

    private static async Task<IResult> Get(string id, CurrentUser user, ResponseStore store, CancellationToken ct) =>
        await store.FindAsync(id, user, ct) is { } response ? TypedResults.Text(response.Body, "application/json") : throw ChatException.NotFound("Response");

    private static async Task<DeletedResponse> Delete(string id, CurrentUser user, ResponseStore store, CancellationToken ct) =>
        await store.DeleteAsync(id, user, ct) ? new(id) : throw ChatException.NotFound("Response");
}

internal sealed record DeletedResponse(string Id, bool Deleted = true)
{
    public string Object { get; } = "response";
}
