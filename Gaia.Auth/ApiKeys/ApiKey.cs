using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.ApiKeys;

internal sealed class ApiKey
{
    public const int NameLimit = 100;

    /// <summary>Live keys of one owner.</summary>
    public const int CountLimit = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid OwnerId { get; init; }
    public User Owner { get; init; } = null!;
    public required string Name { get; set; }

    /// <summary><see cref="ApiKeyText.Hash"/> of the key; the key itself is shown once and kept nowhere, except as <see cref="KeyRequest"/> says.</summary>
    public required string Hash { get; set; }

    /// <summary>How the key begins, for its owner to tell it from others.</summary>
    public required string Hint { get; set; }

    /// <summary>The key before the last rotation, which is accepted until <see cref="PreviousUntil"/>.</summary>
    public string? PreviousHash { get; set; }

    public DateTimeOffset? PreviousUntil { get; set; }

    /// <summary>What it may do as long as its owner may too.</summary>
    public required string[] Scopes { get; set; }

    /// <summary>Requests per minute, less than its owner has; null: as many as its owner.</summary>
    public int? RateLimit { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }

    public static string HintOf(string key) => key[..Math.Min(key.LastIndexOf('_') + 5, key.Length / 2)];
}

internal sealed class ApiKeyTable : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("api_keys");
        key.Property(k => k.Name).HasMaxLength(ApiKey.NameLimit);
        key.Property(k => k.Hash).HasMaxLength(64);
        key.Property(k => k.Hint).HasMaxLength(64);
        key.Property(k => k.PreviousHash).HasMaxLength(64);
        key.HasOne(k => k.Owner).WithMany().HasForeignKey(k => k.OwnerId).OnDelete(DeleteBehavior.Cascade);
        key.HasIndex(k => k.Hash).IsUnique();
        key.HasIndex(k => k.PreviousHash).IsUnique().HasFilter("previous_hash IS NOT NULL");
        key.HasIndex(k => k.OwnerId);
    }
}
