using Gaia.Asset.Blobs;
using Gaia.Asset.Errors;
using Gaia.Asset.Images;
using Gaia.Asset.Staging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Variants;

/// <summary>Computes a variant and stores it.</summary>
internal sealed class VariantMaker(
    AssetDb db, IBlobStore store, BlobService blobs, StagingArea staging, ImageMemory memory, IOptions<ImageOptions> options, TimeProvider time)
{
    /// <exception cref="RefusedUploadException">The source cannot be transformed, or is deleted meanwhile.</exception>
    public async Task<Variant> MakeAsync(Blob source, VariantSpec spec, CancellationToken ct)
    {
        var (content, type) = await TransformAsync(source, spec, ct);
        using (content)
        {
            Variant? variant = null;
            var kept = await blobs.KeepAsync(
                content,
                async (blob, token) =>
                {
                    variant = new Variant { SourceId = source.Id, Spec = spec.ToString(), BlobId = blob, ContentType = type, CreatedAt = time.GetUtcNow() };
                    return await IsStoredAsync(source, token) && await InsertAsync(variant, token);
                },
                ct);
            return kept
                ? await db.Variants.AsNoTracking().Include(v => v.Blob).SingleAsync(v => v.SourceId == source.Id && v.Spec == variant!.Spec, ct)
                : throw new RefusedUploadException(StatusCodes.Status404NotFound, "Asset not found");
        }
    }

    private async Task<(StagedContent Content, string Type)> TransformAsync(Blob source, VariantSpec spec, CancellationToken ct)
    {
        await using var bytes = await store.OpenAsync(source, ct) ?? throw new RefusedUploadException(StatusCodes.Status404NotFound, "Asset not found");

        // A decoder reads in small pieces, back and forth: not over a network.
        using var local = bytes is FileStream ? null : await staging.ReceiveAsync(bytes, long.MaxValue, ct);
        using var transform = ImageTransform.Open(local?.Path ?? ((FileStream)bytes).Name, spec, options.Value);

        using var held = await memory.HoldAsync(transform.MemoryNeeded, ct);
        using var picture = transform.Run();
        await using var encoded = picture.AsStream();
        return (await staging.ReceiveAsync(encoded, long.MaxValue, ct), transform.ContentType);
    }

    /// <summary>Held until the variant is committed, so that the source is not collected without it.</summary>
    private async Task<bool> IsStoredAsync(Blob source, CancellationToken ct) =>
        await db.Blobs.FromSql($"SELECT * FROM blobs WHERE id = {source.Id} AND state = 'Stored' FOR SHARE").AsNoTracking().ToListAsync(ct) is not [];

    /// <summary>Another replica may have been faster: its variant is as good.</summary>
    private async Task<bool> InsertAsync(Variant variant, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO variants (source_id, spec, blob_id, content_type, created_at)
            VALUES ({variant.SourceId}, {variant.Spec}, {variant.BlobId}, {variant.ContentType}, {variant.CreatedAt}) ON CONFLICT DO NOTHING
            """,
            ct);

        // Whoever asks for ever other sizes does not fill the store: the oldest go, and the sweeper takes their bytes.
        var surplus = await db.Variants.Where(v => v.SourceId == variant.SourceId).OrderByDescending(v => v.CreatedAt)
            .Skip(options.Value.VariantsPerImage).Select(v => v.Spec).ToListAsync(ct);
        if (surplus.Count > 0)
        {
            await db.Variants.Where(v => v.SourceId == variant.SourceId && surplus.Contains(v.Spec)).ExecuteDeleteAsync(ct);
        }

        return true;
    }
}
