using System.ComponentModel.DataAnnotations;
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
            .WithIdempotencyLease<ResponseRequest>(request => request.Stream is not true).Produces<object>().StreamsEvents().FailsForModels()
            .WithSummary("Create a response")
            .WithDescription("OpenAI's responses API, by any model or persona. The response is stored unless `store` is false, and `previous_response_id` continues it.");
        responses.MapGet("/{id}", Get).WithName("GetResponse").Produces<object>()
            .WithSummary("Get a response").WithDescription("Shows a stored response as it was answered.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no stored response of this id.");
        responses.MapGet("/{id}/input_items", ListInput).WithName("ListInputItems").Produces<object>()
            .WithSummary("List the input items of a response").WithDescription("The items that a stored response answered, as OpenAI's API lists them.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no stored response of this id.");
        responses.MapDelete("/{id}", Delete).WithName("DeleteResponse")
            .WithSummary("Delete a response").WithDescription("Deletes a stored response. Those that continue it stay.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no stored response of this id.");
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

    /// <param name="after">The id of the last item of the page before.</param>
    private static async Task<IResult> ListInput(
        string id,
        CurrentUser user,
        ResponseStore store,
        CancellationToken ct,
        [Range(1, 100)] int limit = 20,
        [AllowedValues("asc", "desc")] string order = "desc",
        string? after = null)
    {
        var items = InputItems.Of(await store.FindAsync(id, user, ct) ?? throw ChatException.NotFound("Response"));
        if (order is "desc")
        {
            items.Reverse();
        }

        var first = after is null ? 0 : items.FindIndex(item => item["id"]!.GetValue<string>() == after) + 1;
        return first is 0 && after is not null
            ? throw ChatException.Invalid("after is not the id of an item of this input", "after")
            : TypedResults.Json(new InputItemList([.. items.Skip(first).Take(limit)], items.Count > first + limit), EventJson.Options);
    }

    private static async Task<DeletedResponse> Delete(string id, CurrentUser user, ResponseStore store, CancellationToken ct) =>
        await store.DeleteAsync(id, user, ct) ? new(id) : throw ChatException.NotFound("Response");
}

internal sealed record DeletedResponse(string Id, bool Deleted = true)
{
    public string Object { get; } = "response";
}
