using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Blobs;

/// <summary>
/// Bytes in the store, which any number of assets refer to. The row is added before the bytes and deleted after them, so whatever a crash leaves behind has a
/// row, and the store itself is never searched.
/// </summary>
internal sealed class Blob
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required long Size { get; init; }

    public BlobState State { get; set; } = BlobState.Writing;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its name in the store. Never used twice, also when the same content comes again: a late deletion hits nothing newer.</summary>
    public string Key => $"{Sha256[..2]}/{Sha256}-{Id:n}";
}

internal enum BlobState
{
    /// <summary>Its bytes are being written; when that takes too long, the writer has crashed.</summary>
    Writing,

    /// <summary>Its bytes are in the store. At most one row of a content has this state.</summary>
    Stored,

    /// <summary>Nothing refers to it, and nothing can any more; its bytes are being deleted.</summary>
    PendingDeletion,
}

internal sealed class BlobTable : IEntityTypeConfiguration<Blob>
{
    // What the column has always held.
    private const string PendingDeletion = "Doomed";

    public void Configure(EntityTypeBuilder<Blob> blob)
    {
        blob.ToTable("blobs");
        blob.Property(b => b.Sha256).HasMaxLength(64).IsFixedLength();
        blob.Property(b => b.State).HasConversion(state => Stored(state), text => Read(text)).HasMaxLength(16);
        blob.Ignore(b => b.Key);
        blob.HasIndex(b => b.Sha256).IsUnique().HasFilter("state = 'Stored'");
        blob.HasIndex(b => b.State).HasFilter("state <> 'Stored'");
    }

    private static string Stored(BlobState state) => state is BlobState.PendingDeletion ? PendingDeletion : state.ToString();

    private static BlobState Read(string text) => text is PendingDeletion ? BlobState.PendingDeletion : Enum.Parse<BlobState>(text);
}
