using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Generations;
using Gaia.Asset.Quotas;
using Gaia.Asset.Variants;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset;

internal sealed class AssetDb(DbContextOptions<AssetDb> options) : DbContext(options)
{
    public DbSet<Blob> Blobs => Set<Blob>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<Variant> Variants => Set<Variant>();

    public DbSet<Generation> Generations => Set<Generation>();

    public DbSet<ReceivedPicture> ReceivedPictures => Set<ReceivedPicture>();

    public DbSet<StorageUse> StorageUses => Set<StorageUse>();

    /// <summary>Stored blobs that no asset and no variant refers to. A picture that is its own variant, byte for byte, does not keep itself.</summary>
    public IQueryable<Blob> UnreferencedBlobs => Blobs
        .Where(b => b.State == BlobState.Stored && !Files.Any(f => f.BlobId == b.Id) && !Variants.Any(v => v.BlobId == b.Id && v.SourceId != b.Id));

    /// <summary>Deletes the rows of all variants made from a blob.</summary>
    /// <returns>The variants' own blobs, of which each may be unreferenced now.</returns>
    public async Task<List<Guid>> DeleteVariantsAsync(Guid sourceId, CancellationToken ct)
    {
        var variants = Variants.Where(v => v.SourceId == sourceId);
        var blobs = await variants.Select(v => v.BlobId).ToListAsync(ct);
        await variants.ExecuteDeleteAsync(ct);
        return blobs;
    }

    /// <summary>Runs <paramref name="work"/> in a transaction. Nothing of it stays when it answers false.</summary>
    public async Task<bool> ExecuteInTransactionAsync(Func<CancellationToken, Task<bool>> work, CancellationToken ct)
    {
        ChangeTracker.Clear();
        await using var transaction = await Database.BeginTransactionAsync(ct);
        if (!await work(ct))
        {
            return false;
        }

        await SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(AssetDb).Assembly).AddEventOutbox().AddIdempotencyRecords();
}
