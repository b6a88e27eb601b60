using Gaia.Asset.Staging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Quotas;

/// <summary>Accounts for the bytes of each user. Called inside the transaction that adds or removes the file.</summary>
internal sealed class StorageQuota(AssetDb db, IOptions<StorageOptions> options)
{
    public async Task<long> GetRemainingAsync(Guid owner, CancellationToken ct) =>
        options.Value.QuotaBytes - await db.StorageUses.Where(u => u.OwnerId == owner).Select(u => u.Bytes).SingleOrDefaultAsync(ct);

    /// <returns>False when the user's quota does not hold so much more.</returns>
    public async Task<bool> TakeAsync(Guid owner, long bytes, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"INSERT INTO storage_uses (owner_id, bytes) VALUES ({owner}, 0) ON CONFLICT DO NOTHING", ct);
        var most = options.Value.QuotaBytes - bytes;
        return await db.StorageUses.Where(u => u.OwnerId == owner && u.Bytes <= most)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.Bytes, u => u.Bytes + bytes), ct) == 1;
    }

    public Task GiveBackAsync(Guid owner, long bytes, CancellationToken ct) =>
        db.StorageUses.Where(u => u.OwnerId == owner).ExecuteUpdateAsync(set => set.SetProperty(u => u.Bytes, u => u.Bytes - bytes), ct);
}
