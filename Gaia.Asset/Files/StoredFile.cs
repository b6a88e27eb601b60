using Gaia.Asset.Blobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Files;

/// <summary>An asset: one user's name for some bytes. Never changed, only made and deleted.</summary>
internal sealed class StoredFile
{
    public const int NameLimit = 255;

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid OwnerId { get; init; }
    public required string Name { get; init; }
    public required string ContentType { get; init; }
    public required Guid BlobId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public Blob Blob { get; init; } = null!;
}

internal sealed class StoredFileTable : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> file)
    {
        file.ToTable("assets");
        file.Property(f => f.Name).HasMaxLength(StoredFile.NameLimit);
        file.Property(f => f.ContentType).HasMaxLength(127);
        file.HasOne(f => f.Blob).WithMany().HasForeignKey(f => f.BlobId).OnDelete(DeleteBehavior.Restrict);
        file.HasIndex(f => new { f.OwnerId, f.Id });
    }
}
