using System.ComponentModel.DataAnnotations;
using Gaia.Asset.Staging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Administration;

/// <summary>The assets of all owners, for administrators.</summary>
internal static class AllFilesEndpoints
{
    private const int PageLimit = 200;

    public static void MapAllFiles(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/admin/assets", List).WithName("ListAllAssets").WithTags("Assets").RequireScope(Scopes.Admin)
            .WithSummary("List the assets of all users")
            .WithDescription("Newest first, in pages, with what they and their variants take on disk, and who has used most of their quota. `owner` leaves only the assets of one user.");

    /// <param name="owner">A user's id.</param>
    /// <param name="cursor">The last asset of the page before.</param>
    private static async Task<OwnedAssetList> List(
        AssetDb db, IOptions<StorageOptions> storage, CancellationToken ct, [Range(1, PageLimit)] int limit = 50, Guid? cursor = null, Guid? owner = null)
    {
        var files = db.Files.Where(f => owner == null || f.OwnerId == owner);
        var total = await files.CountAsync(ct);
        var found = await files.Where(f => cursor == null || f.Id < cursor).OrderByDescending(f => f.Id).Take(limit + 1)
            .Select(f => new OwnedAsset(f.Id, f.OwnerId, f.Name, f.ContentType, f.Blob.Size, db.Variants.Count(v => v.SourceId == f.BlobId), f.CreatedAt))
            .ToListAsync(ct);
        return new([.. found.Take(limit)], total, await SumAsync(db, storage.Value.QuotaBytes, ct), found.Count > limit ? found[limit - 1].Id : null);
    }

    private static async Task<StorageSummary> SumAsync(AssetDb db, long quota, CancellationToken ct)
    {
        const int Owners = 10;
        var blobs = await db.Blobs.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Bytes = all.Sum(b => b.Size) }).SingleOrDefaultAsync(ct);
        var owners = await db.StorageUses.Where(u => u.Bytes > 0).OrderByDescending(u => u.Bytes).Take(Owners).Select(u => new StorageOfOwner(u.OwnerId, u.Bytes)).ToListAsync(ct);
        return new(blobs?.Count ?? 0, blobs?.Bytes ?? 0, quota, owners);
    }
}

/// <param name="Total">On all pages.</param>
internal sealed record OwnedAssetList(IReadOnlyList<OwnedAsset> Assets, int Total, StorageSummary Storage, Guid? NextCursor);

/// <param name="Owner">A user's id.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Variants">Images of other sizes or formats that were made from it and are kept.</param>
internal sealed record OwnedAsset(Guid Id, Guid Owner, string Name, string ContentType, long Size, int Variants, DateTimeOffset CreatedAt);

/// <param name="Blobs">Contents that are stored, variants among them; equal ones once.</param>
/// <param name="Bytes">Of all of them.</param>
/// <param name="QuotaBytes">What each user may store.</param>
/// <param name="Owners">The ten who store most.</param>
internal sealed record StorageSummary(int Blobs, long Bytes, long QuotaBytes, IReadOnlyList<StorageOfOwner> Owners);

/// <param name="Owner">A user's id.</param>
/// <param name="Bytes">Of their assets; content that others have as well counts in full.</param>
internal sealed record StorageOfOwner(Guid Owner, long Bytes);
