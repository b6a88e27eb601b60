using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.Users;

internal sealed class User
{
    public const int NameLimit = 100;
    public const int EmailLimit = 254;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>As <see cref="NormalizeEmail"/> leaves it. Unique among Gaia's own accounts; none for a external user whose issuer tells none.</summary>
    public string? Email { get; set; }

    public string? Name { get; set; }

    /// <summary>None for whoever never signs in with one: external users.</summary>
    public string? PasswordHash { get; set; }

    public required string[] Scopes { get; set; }

    /// <summary>Whose user it is and by which name there; none for Gaia's own accounts.</summary>
    public string? Issuer { get; init; }

    public string? Subject { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>The last logout everywhere. Foreign tokens from before it are over; sessions of our own end by themselves.</summary>
    public DateTimeOffset? SignedOutAt { get; set; }

    /// <summary>Providers ignore case, and so do people.</summary>
    public static string NormalizeEmail(string email) => email.Trim().ToLowerInvariant();

    /// <summary>What everyone may do who has an account.</summary>
    public static string[] DefaultScopes => [Gaia.Scopes.PersonasWrite, Gaia.Scopes.Chat, Gaia.Scopes.AssetsWrite];
}

internal sealed class UserTable : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users");
        user.Property(u => u.Email).HasMaxLength(User.EmailLimit);
        user.Property(u => u.Name).HasMaxLength(User.NameLimit);
        user.Property(u => u.PasswordHash).HasMaxLength(256);
        user.Property(u => u.Issuer).HasMaxLength(512);
        user.Property(u => u.Subject).HasMaxLength(256);
        user.HasIndex(u => u.Email).IsUnique().HasFilter("issuer IS NULL");
        user.HasIndex(u => new { u.Issuer, u.Subject }).IsUnique().HasFilter("issuer IS NOT NULL");
    }
}
