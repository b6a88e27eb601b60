using System.Diagnostics;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.Revocations;

/// <summary>A <see cref="Revocation"/> as it was committed, together with what it ends.</summary>
internal sealed class RevocationEntry
{
    public required long Position { get; init; }
    public required Guid Holder { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset RevokedAt { get; init; }
    public required DateTimeOffset ForgetAt { get; init; }

    /// <summary>W3C trace context of the request that did it.</summary>
    public string? TraceParent { get; init; }

    public DateTimeOffset? PublishedAt { get; set; }

    /// <returns>The last position taken.</returns>
    public static async Task<long> WriteAsync(
        AuthDb db, IReadOnlyCollection<Guid> holders, string reason, DateTimeOffset now, DateTimeOffset forgetAt, CancellationToken ct)
    {
        var taken = await db.Database
            .SqlQuery<long>($"""UPDATE revocation_position SET position = position + {holders.Count} WHERE id = {RevocationPosition.OnlyId} RETURNING position AS "Value" """)
            .ToListAsync(ct);
        var last = taken[0];

        db.AddRange(holders.Select((holder, i) => new RevocationEntry
        {
            Position = last - holders.Count + 1 + i,
            Holder = holder,
            Reason = reason,
            RevokedAt = now,
            ForgetAt = forgetAt,
            TraceParent = Activity.Current?.Id,
        }));
        await db.SaveChangesAsync(ct);
        return last;
    }

    public static readonly Expression<Func<RevocationEntry, Revocation>> ToRevocation =
        e => new(Revocation.CurrentVersion, e.Position, e.Holder, e.Reason, e.RevokedAt, e.ForgetAt);
}

internal sealed class RevocationTable : IEntityTypeConfiguration<RevocationEntry>
{
    public void Configure(EntityTypeBuilder<RevocationEntry> entry)
    {
        entry.ToTable("revocations");
        entry.HasKey(e => e.Position);
        entry.Property(e => e.Position).ValueGeneratedNever();
        entry.Property(e => e.Reason).HasMaxLength(40);
        entry.Property(e => e.TraceParent).HasMaxLength(64);
        entry.HasIndex(e => new { e.Holder, e.Position });
        entry.HasIndex(e => e.ForgetAt);
        entry.HasIndex(e => e.Position, "ix_revocations_unpublished").HasFilter("published_at IS NULL");
    }
}

/// <summary>
/// The last position taken. Its one row is locked by whoever takes the next until the commit, so that positions appear in their order: who has seen one
/// has seen all before it. A database sequence would not promise that.
/// </summary>
internal sealed class RevocationPosition
{
    public const int OnlyId = 1;

    public int Id { get; init; } = OnlyId;
    public long Position { get; init; }
}

internal sealed class RevocationPositionTable : IEntityTypeConfiguration<RevocationPosition>
{
    public void Configure(EntityTypeBuilder<RevocationPosition> position)
    {
        position.ToTable("revocation_position");
        position.Property(p => p.Id).ValueGeneratedNever();
        position.HasData(new RevocationPosition());
    }
}
