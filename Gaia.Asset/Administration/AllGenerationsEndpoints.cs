using System.ComponentModel.DataAnnotations;
using Gaia.Asset.Generations;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Administration;

/// <summary>The requests for images of all users, for administrators.</summary>
internal static class AllGenerationsEndpoints
{
    private const int PageLimit = 200;

    public static void MapAllGenerations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/generations", List).WithName("ListAllGenerations").WithTags("Assets").RequireScope(Scopes.Admin)
            .WithSummary("List the generations of all users")
            .WithDescription("Newest first, in pages, with how many there are of each status and why some failed. `status` leaves only those that are queued, running, complete or failed.");

    /// <param name="cursor">The last one of the page before.</param>
    private static async Task<OwnedGenerationList> List(
        AssetDb db, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, Guid? cursor = null,
        [AllowedValues(null, "queued", "running", "complete", "failed", ErrorMessage = "The status is queued, running, complete or failed.")] string? status = null)
    {
        GenerationStatus? wanted = status is null ? null : Enum.Parse<GenerationStatus>(status, ignoreCase: true);
        var counts = await db.Generations.GroupBy(g => g.Status).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, ct);
        var found = await db.Generations.Where(g => (wanted == null || g.Status == wanted) && (cursor == null || g.Id < cursor)).OrderByDescending(g => g.Id).Take(limit + 1)
            .Select(g => new OwnedGeneration(g.Id, g.OwnerId, g.Description, g.Width, g.Height, g.Status, g.Attempts, g.Reason, g.CreatedAt, g.FinishedAt))
            .ToListAsync(ct);
        return new(
            [.. found.Take(limit)],
            [.. Enum.GetValues<GenerationStatus>().Select(one => new GenerationCount(one, counts.GetValueOrDefault(one)))],
            found.Count > limit ? found[limit - 1].Id : null);
    }
}

/// <param name="Counts">Of each status, on all pages.</param>
internal sealed record OwnedGenerationList(IReadOnlyList<OwnedGeneration> Generations, IReadOnlyList<GenerationCount> Counts, Guid? NextCursor);

/// <param name="Owner">A user's id.</param>
/// <param name="Attempts">How often a worker began, those that were killed included.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record OwnedGeneration(
    Guid Id, Guid Owner, string Description, int Width, int Height, GenerationStatus Status, int Attempts, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

internal sealed record GenerationCount(GenerationStatus Status, int Count);
