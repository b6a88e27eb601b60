using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Generations;
using Gaia.Asset.Quotas;
using Gaia.Asset.Variants;
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

    /// <summary>Runs <paramref name="work"/> in a transaction. Nothing of it stays when it answers false.</summary>
    public async Task<bool> Atomically(Func<CancellationToken, Task<bool>> work, CancellationToken ct)
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

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(AssetDb).Assembly).AddIdempotencyRecords();
}
