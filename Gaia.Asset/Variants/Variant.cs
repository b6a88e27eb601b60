using Gaia.Asset.Blobs;
using Gaia.Asset.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Variants;

/// <summary>A picture made from another one, kept for the next who asks for it. It belongs to the content, not to one of the assets that have it.</summary>
internal sealed class Variant
{
    public required Guid SourceId { get; init; }

    /// <summary>What was asked for: <see cref="VariantSpec.ToString"/>.</summary>
    public required string Spec { get; init; }

    public required Guid BlobId { get; init; }

    public required string ContentType { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Blob Blob { get; init; } = null!;

    /// <summary>"portrait.png" becomes "portrait.webp".</summary>
    public string NameFor(string name) => Path.ChangeExtension(name, ContentType["image/".Length..]);
}

internal sealed class VariantTable : IEntityTypeConfiguration<Variant>
{
    public void Configure(EntityTypeBuilder<Variant> variant)
    {
        variant.ToTable("variants");
        variant.HasKey(v => new { v.SourceId, v.Spec });
        variant.Property(v => v.Spec).HasMaxLength(64);
        variant.Property(v => v.ContentType).HasMaxLength(32);
        variant.HasOne<Blob>().WithMany().HasForeignKey(v => v.SourceId).OnDelete(DeleteBehavior.Restrict);
        variant.HasOne(v => v.Blob).WithMany().HasForeignKey(v => v.BlobId).OnDelete(DeleteBehavior.Restrict);
    }
}
