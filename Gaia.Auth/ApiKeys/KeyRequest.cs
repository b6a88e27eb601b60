using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.ApiKeys;

/// <summary>A request for a key that came with an <c>Idempotency-Key</c>, and its answer.</summary>
internal sealed class KeyRequest
{
    /// <summary><see cref="IdempotencyKey.Name"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Of the body.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The answer, encrypted: it has the key in it.</summary>
    public required byte[] Answer { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class KeyRequestTable : IEntityTypeConfiguration<KeyRequest>
{
    public void Configure(EntityTypeBuilder<KeyRequest> request)
    {
        request.ToTable("key_requests");
        request.HasKey(r => r.Name);
        request.Property(r => r.Name).HasMaxLength(128);
        request.Property(r => r.RequestHash).HasMaxLength(64);
        request.HasIndex(r => r.ExpiresAt);
    }
}
