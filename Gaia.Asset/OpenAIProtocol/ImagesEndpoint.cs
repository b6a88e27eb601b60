using System.Text.Json;
using Gaia.Asset.Generations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.OpenAIProtocol;

/// <summary>OpenAI's route for images, on the queue that all generations take.</summary>
internal static class ImagesEndpoint
{
    public static void MapImages(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/images/generations", CreateAsync).WithTags("OpenAI").WithName("CreateImage").RequireScope(Scopes.AssetsWrite)
            .WithSummary("Create images")
            .WithDescription("OpenAI's images API. It waits for the images, stores them as assets of the caller, and answers with signed links or base64.")
            .ReadsIdempotencyKey().Produces<ImagesResponse>()
            .FailsWith(StatusCodes.Status400BadRequest, "The built-in generator does not support a parameter.")
            .FailsWith(StatusCodes.Status404NotFound, "The image model is not configured.")
            .FailsWith(StatusCodes.Status429TooManyRequests, "The caller has too many unfinished generations, or a budget does not cover these.")
            .FailsWith(StatusCodes.Status504GatewayTimeout, "The images are not finished yet; they will be among the caller's assets.");

    private static async Task<IResult> CreateAsync(
        ImagesRequest request,
        HttpContext http,
        CurrentUser user,
        AssetDb db,
        GenerationIntake intake,
        GenerationQueue queue,
        ImagesReader images,
        IdempotencyStore keys,
        IOptions<GenerationOptions> options,
        CancellationToken ct)
    {
        var (owner, key) = (user.Id!.Value, IdempotencyKey.Of(http));
        if ((key?.Refusal ?? Refuse(request, options.Value.Model)) is { } refusal)
        {
            return refusal;
        }

        await using var lease = key is null ? null : await keys.ClaimAsync(key, ct);
        var hash = IdempotencyKey.Hash(JsonSerializer.Serialize(request));
        if (lease is { IsClaimed: false })
        {
            return lease.Response is not { } before ? IdempotencyKey.InFlight
                : before.RequestHash != hash ? IdempotencyKey.UsedBefore
                : await ReadAsync(JsonSerializer.Deserialize<Guid[]>(before.Body)!);
        }

        if (await intake.RefuseAsync(owner, request.N ?? 1, http.Response, ct) is { } full)
        {
            return full;
        }

        Guid[] ids = [];
        var isAdded = await db.ExecuteInTransactionAsync(
            async token =>
            {
                ids = [.. Enumerable.Range(0, request.N ?? 1).Select(_ => intake.Add(owner, request.ToGeneration(), request.ParametersJson()).Id)];

                // Not the response: its links expire, and its images are stored already.
                return lease is null || await lease.CompleteAsync(db, new(hash, StatusCodes.Status200OK, null, null, null, JsonSerializer.SerializeToUtf8Bytes(ids)), token);
            },
            ct);
        if (!isAdded)
        {
            return IdempotencyKey.InFlight;
        }

        lease?.Commit();
        queue.Wake();
        return await ReadAsync(ids);

        Task<IResult> ReadAsync(Guid[] generations) => images.ReadAsync(generations, owner, IsLinked(request, options.Value.Model), http.Response, ct);
    }

    private static ProblemHttpResult? Refuse(ImagesRequest request, string? model) =>
        request.Model is { } asked && asked != model ? Problem(StatusCodes.Status404NotFound, "model_not_found", "model", $"The image model {asked} is not configured")
        : string.IsNullOrEmpty(model) && request.FirstForModels() is { } parameter
            ? Problem(StatusCodes.Status400BadRequest, "unsupported_parameter", parameter, $"Parameter {parameter} is not supported by the built-in generator.")
            : null;

    private static ProblemHttpResult Problem(int status, string code, string field, string detail) =>
        TypedResults.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code, ["field"] = field });

    /// <summary>OpenAI's own default: the gpt-image family answers with the image itself, all others with a link.</summary>
    private static bool IsLinked(ImagesRequest request, string? model) =>
        request.ResponseFormat is { } format ? format == "url" : model is null || !model.StartsWith("gpt-image", StringComparison.Ordinal);
}
