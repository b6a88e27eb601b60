using Gaia.Asset.Blobs;
using Gaia.Asset.Errors;
using Gaia.Asset.Files;
using Gaia.Asset.Images;
using Gaia.Asset.MediaTypes;
using Gaia.Asset.Quotas;
using Gaia.Asset.Staging;
using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

/// <summary>Receives a file, checks it, and makes it an asset of its owner; or leaves nothing of it.</summary>
internal sealed class FileIntake(
    AssetDb db, StagingArea staging, BlobService blobs, StorageQuota quota, PictureCheck pictures, IOptions<StorageOptions> options, TimeProvider time)
{
    /// <param name="owner">Whose it will be.</param>
    /// <param name="incoming">The file, still on the wire.</param>
    /// <param name="finish">Called after its last byte; throws when what follows shows that the file is not whole.</param>
    /// <param name="record">Called in the transaction that makes the file an asset; may be called again after that transaction failed.</param>
    /// <param name="ct">Breaks off.</param>
    /// <exception cref="RefusedUploadException">The file or its size is not acceptable.</exception>
    /// <exception cref="ContentTooLargeException">It is larger than any file may be.</exception>
    /// <exception cref="ContentBrokenException">It breaks off.</exception>
    public async Task<FileView> TakeAsync(Guid owner, IncomingFile incoming, Func<Task> finish, Func<FileView, CancellationToken, Task> record, CancellationToken ct)
    {
        var left = await quota.GetRemainingAsync(owner, ct);
        using var content = await ReceiveAsync(incoming, left, ct);
        await finish();
        if (content.Size == 0)
        {
            throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, "The file is empty");
        }

        var type = MediaTypeCheck.Settle(incoming.ContentType, content.Head.Span);
        pictures.Check(type, content.Path);
        return await KeepAsync(Guid.CreateVersion7(), owner, FileName.Clean(incoming.Name), type, content, record, ct);
    }

    /// <summary>Receives a file for nothing but the hash of its content.</summary>
    /// <exception cref="ContentTooLargeException">It is larger than any file may be.</exception>
    /// <exception cref="ContentBrokenException">It breaks off.</exception>
    public async Task<string> FingerprintAsync(IncomingFile incoming, Func<Task> finish, CancellationToken ct)
    {
        using var content = await staging.ReceiveAsync(incoming.Body, options.Value.MaxBytes, ct);
        await finish();
        return content.Sha256;
    }

    /// <summary>Makes checked content an asset.</summary>
    /// <exception cref="RefusedUploadException">The owner's quota does not hold it.</exception>
    private async Task<FileView> KeepAsync(Guid id, Guid owner, string name, string type, StagedContent content, Func<FileView, CancellationToken, Task> record, CancellationToken ct)
    {
        // Postgres counts in microseconds; the answer now and the answers later are the same.
        var now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var view = new FileView(id, name, type, content.Size, content.Sha256, now, FileRoutes.ContentOf(id));
        var kept = await blobs.KeepAsync(
            content,
            async (blob, token) =>
            {
                db.Add(new StoredFile { Id = id, OwnerId = owner, Name = name, ContentType = type, BlobId = blob, CreatedAt = now });
                db.Record(new AssetStored(id, owner, type, content.Size));
                if (!await quota.TakeAsync(owner, content.Size, token))
                {
                    return false;
                }

                await record(view, token);
                return true;
            },
            ct);
        return kept ? view : throw QuotaExceeded();
    }

    private async Task<StagedContent> ReceiveAsync(IncomingFile incoming, long left, CancellationToken ct)
    {
        var most = options.Value.MaxBytes;
        try
        {
            return await staging.ReceiveAsync(incoming.Body, Math.Min(most, Math.Max(left, 0)), ct);
        }
        catch (ContentTooLargeException) when (left < most)
        {
            throw QuotaExceeded();
        }
    }

    private static RefusedUploadException QuotaExceeded() => new(StatusCodes.Status413PayloadTooLarge, "The storage quota is used up");
}
