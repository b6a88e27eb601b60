using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Quotas;

/// <summary>What the files of one user add up to. Content that others have as well counts in full.</summary>
internal sealed class StorageUse
{
    public required Guid OwnerId { get; init; }

    public long Bytes { get; set; }
}

internal sealed class StorageUseTable : IEntityTypeConfiguration<StorageUse>
{
    public void Configure(EntityTypeBuilder<StorageUse> use)
    {
        use.ToTable("storage_uses");
        use.HasKey(u => u.OwnerId);
        use.Property(u => u.OwnerId).ValueGeneratedNever();
    }
}
