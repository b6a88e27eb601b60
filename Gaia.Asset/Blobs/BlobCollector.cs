using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset.Blobs;

/// <summary>Deletes unreferenced blobs. Replicas may do so concurrently, and a crash after any step leaves a state that the next run completes.</summary>
internal sealed class BlobCollector(AssetDb db, IBlobStore store, TimeProvider time)
{
    private const int BatchSize = 500;

    /// <summary>Removes a stored blob if nobody refers to it.</summary>
    public async Task CollectAsync(Guid id, CancellationToken ct)
    {
        Blob? blob = null;
        List<Guid> variants = [];
        var isMarked = await db.ExecuteInTransactionAsync(
            async token =>
            {
                // First the lock, then, with a newer snapshot, the look for references: one that was being added is seen.
                blob = (await db.Blobs.FromSql($"SELECT * FROM blobs WHERE id = {id} AND state = 'Stored' FOR UPDATE").AsNoTracking().ToListAsync(token)).SingleOrDefault();
                if (blob is null || !await db.UnreferencedBlobs.AnyAsync(b => b.Id == id, token))
                {
                    return false;
                }

                // What was made from it goes with it.
                variants = await db.DeleteVariantsAsync(id, token);
                return await MarkForDeletionAsync(db.Blobs.Where(b => b.Id == id), token) == 1;
            },
            ct);
        if (!isMarked)
        {
            return;
        }

        await EraseAsync(blob!, ct);
        foreach (var variant in variants)
        {
            await CollectAsync(variant, ct);
        }
    }

    /// <summary>Discards a blob that was not stored completely.</summary>
    public async Task DiscardAsync(Blob blob, CancellationToken ct)
    {
        if (await MarkForDeletionAsync(db.Blobs.Where(b => b.Id == blob.Id && b.State == BlobState.Writing), ct) == 1)
        {
            await EraseAsync(blob, ct);
        }
    }

    /// <summary>Completes what crashed processes left undone.</summary>
    /// <param name="grace">How long a writer may take.</param>
    /// <param name="ct">Breaks off.</param>
    /// <returns>How many blobs were removed.</returns>
    public async Task<int> CollectAllAsync(TimeSpan grace, CancellationToken ct)
    {
        var abandoned = time.GetUtcNow() - grace;
        await MarkForDeletionAsync(db.Blobs.Where(b => b.State == BlobState.Writing && b.CreatedAt < abandoned), ct);

        var unreferenced = await db.UnreferencedBlobs.Select(b => b.Id).Take(BatchSize).ToListAsync(ct);
        foreach (var id in unreferenced)
        {
            await CollectAsync(id, ct);
        }

        var pending = await db.Blobs.AsNoTracking().Where(b => b.State == BlobState.PendingDeletion).Take(BatchSize).ToListAsync(ct);
        foreach (var blob in pending)
        {
            await EraseAsync(blob, ct);
        }

        return unreferenced.Count + pending.Count;
    }

    private static Task<int> MarkForDeletionAsync(IQueryable<Blob> blobs, CancellationToken ct) =>
        blobs.ExecuteUpdateAsync(set => set.SetProperty(b => b.State, BlobState.PendingDeletion), ct);

    /// <summary>The bytes first: as long as the row is there, the next sweep knows of them.</summary>
    private async Task EraseAsync(Blob blob, CancellationToken ct)
    {
        await store.DeleteAsync(blob, ct);
        await db.Blobs.Where(b => b.Id == blob.Id).ExecuteDeleteAsync(ct);
    }
}
