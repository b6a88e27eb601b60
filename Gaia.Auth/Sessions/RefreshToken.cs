using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.Sessions;

/// <summary>Good for one refresh. A used one is kept until it expires, so that its reuse is noticed.</summary>
internal sealed class RefreshToken
{
    /// <summary><see cref="HashOf"/> of the token, which itself is kept nowhere.</summary>
    public required string Hash { get; init; }

    public required Guid SessionId { get; init; }
    public Session Session { get; init; } = null!;
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The token it was exchanged for, encrypted: parallel refreshes of one token all get this one.</summary>
    public byte[]? Successor { get; set; }

    public static string CreateText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

internal sealed class RefreshTokenTable : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens");
        token.HasKey(t => t.Hash);
        token.Property(t => t.Hash).HasMaxLength(64);
        token.HasOne(t => t.Session).WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
        token.HasIndex(t => t.SessionId);
        token.HasIndex(t => t.ExpiresAt);
    }
}
