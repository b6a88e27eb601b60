using Gaia.Asset.Files;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Generations;

internal static class GenerationEndpoints
{
    public static void MapGenerations(this IEndpointRouteBuilder routes)
    {
        var assets = routes.MapGroup(FileRoutes.Root).WithTags("Assets");

        assets.MapPost("/generate", Request).WithName("GenerateAsset").RequireScope(Scopes.AssetsWrite).WithIdempotency<GenerationRequest>()
            .WithSummary("Generate an image")
            .WithDescription("Queues an image to be made from a description. The answer names the asset that it becomes, and where to ask how far it is.")
            .FailsWith(StatusCodes.Status429TooManyRequests, "The caller has too many unfinished generations, or a budget does not cover this one.");
        assets.MapGet("/generations/{id}", Get).WithName("GetGeneration").RequireAuthorization()
            .WithSummary("Get a generation").WithDescription("Tells whether an image is queued, being made, complete or failed, and why. A complete one has its asset.")
            .FailsWith(StatusCodes.Status404NotFound, "The caller has no generation of this id.");
    }

    private static async Task<Results<Accepted<GenerationTicket>, ProblemHttpResult, ValidationProblem>> Request(
        GenerationRequest request, CurrentUser user, AssetDb db, GenerationQueue queue, GenerationIntake intake, HttpResponse response, CancellationToken ct)
    {
        var owner = user.Id!.Value;
        if (await intake.RefuseAsync(owner, 1, response, ct) is { } refusal)
        {
            return refusal;
        }

        var generation = intake.Add(owner, request);
        await db.SaveChangesAsync(ct);

        // Not before the row is committed, which may be with the record of an idempotency key. When NATS is unavailable the queue publishes it later.
        response.OnCompleted(() =>
        {
            queue.Wake();
            return Task.CompletedTask;
        });
        return TypedResults.Accepted($"{FileRoutes.Root}/generations/{generation.Id}", new GenerationTicket(generation.Id, generation.Status));
    }

    private static async Task<Results<Ok<GenerationView>, ProblemHttpResult>> Get(Guid id, CurrentUser user, AssetDb db, CancellationToken ct)
    {
        if (await db.Generations.AsNoTracking().SingleOrDefaultAsync(g => g.Id == id && g.OwnerId == user.Id, ct) is not { } generation)
        {
            return TypedResults.Problem("Generation not found", statusCode: StatusCodes.Status404NotFound);
        }

        // Gone again when its owner has deleted it.
        var asset = generation.Status == GenerationStatus.Complete ? await db.Files.Where(f => f.Id == id).Select(FileView.From).SingleOrDefaultAsync(ct) : null;
        return TypedResults.Ok(new GenerationView(id, generation.Status, generation.Reason, generation.CreatedAt, generation.FinishedAt, asset));
    }
}

internal sealed record GenerationTicket(Guid AssetId, GenerationStatus Status);

internal sealed record GenerationView(Guid AssetId, GenerationStatus Status, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, FileView? Asset);
