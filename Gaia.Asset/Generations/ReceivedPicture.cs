using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Generations;

/// <summary>What a model answered, from its receipt until the picture is an asset: it is paid for, and trouble with the store must not ask for it again.</summary>
internal sealed class ReceivedPicture
{
    public required Guid GenerationId { get; init; }

    /// <summary>Encoded, unchecked.</summary>
    public required byte[] Bytes { get; init; }
}

internal sealed class ReceivedPictureTable : IEntityTypeConfiguration<ReceivedPicture>
{
    public void Configure(EntityTypeBuilder<ReceivedPicture> picture)
    {
        picture.ToTable("received_pictures");
        picture.HasKey(p => p.GenerationId);
        picture.HasOne<Generation>().WithOne().HasForeignKey<ReceivedPicture>(p => p.GenerationId).OnDelete(DeleteBehavior.Cascade);
    }
}
