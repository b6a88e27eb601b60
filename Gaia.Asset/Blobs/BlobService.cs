using Gaia.Asset.Staging;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Asset.Blobs;

/// <summary>Brings received content into the store, once per content, and ties it to what refers to it.</summary>
internal sealed class BlobService(AssetDb db, IBlobStore store, BlobCollector collector, TimeProvider time)
{
    /// <param name="content">What to keep.</param>
    /// <param name="refer">Adds the reference to the blob of this id; false gives everything up. It may run more than once.</param>
    /// <param name="ct">Breaks off.</param>
    /// <returns>What <paramref name="refer"/> answered.</returns>
    public async Task<bool> KeepAsync(StagedContent content, Func<Guid, CancellationToken, Task<bool>> refer, CancellationToken ct)
    {
        Blob? own = null;
        try
        {
            while (true)
            {
                // Somebody may store, or delete, the same content at this moment: whoever loses a turn looks again.
                if (await FindStoredAsync(content.Sha256, ct) is { } known && await AddReferenceAsync(known, refer, ct) is { } answer)
                {
                    return answer;
                }

                own ??= await WriteAsync(content, ct);
                if (await PromoteAsync(own, refer, ct) is { } kept)
                {
                    own = kept ? null : own;
                    return kept;
                }
            }
        }
        finally
        {
            if (own is not null)
            {
                await collector.DiscardAsync(own, CancellationToken.None);
            }
        }
    }

    private Task<Blob?> FindStoredAsync(string sha256, CancellationToken ct) =>
        db.Blobs.AsNoTracking().SingleOrDefaultAsync(b => b.Sha256 == sha256 && b.State == BlobState.Stored, ct);

    private async Task<Blob> WriteAsync(StagedContent content, CancellationToken ct)
    {
        var blob = new Blob { Sha256 = content.Sha256, Size = content.Size, CreatedAt = time.GetUtcNow() };
        db.Add(blob);
        await db.SaveChangesAsync(ct);
        try
        {
            await store.PutAsync(blob, content.Path, ct);
            return blob;
        }
        catch
        {
            await collector.DiscardAsync(blob, CancellationToken.None);
            throw;
        }
    }

    /// <returns>Null when the blob is no longer there to be referred to.</returns>
    private async Task<bool?> AddReferenceAsync(Blob blob, Func<Guid, CancellationToken, Task<bool>> refer, CancellationToken ct)
    {
        var gone = false;
        var tied = await db.ExecuteInTransactionAsync(
            async token =>
            {
                // Held until the reference is committed: the collector takes the same row before it looks for references.
                gone = await db.Blobs.FromSql($"SELECT * FROM blobs WHERE id = {blob.Id} AND state = 'Stored' FOR SHARE").AsNoTracking().ToListAsync(token) is [];
                return !gone && await refer(blob.Id, token);
            },
            ct);
        return gone ? null : tied;
    }

    /// <returns>Null when another writer stored the same content first.</returns>
    private async Task<bool?> PromoteAsync(Blob blob, Func<Guid, CancellationToken, Task<bool>> refer, CancellationToken ct)
    {
        try
        {
            return await db.ExecuteInTransactionAsync(
                async token =>
                {
                    var promoted = await db.Blobs.Where(b => b.Id == blob.Id && b.State == BlobState.Writing)
                        .ExecuteUpdateAsync(set => set.SetProperty(b => b.State, BlobState.Stored), token);
                    if (promoted == 0)
                    {
                        throw new IOException("Writing took so long that the file was taken for abandoned.");
                    }

                    return await refer(blob.Id, token);
                },
                ct);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "blobs" })
        {
            return null;
        }
    }
}
