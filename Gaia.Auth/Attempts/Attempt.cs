using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.Attempts;

/// <summary>How many guesses at an account are still free: from one address, or (<see cref="AnyAddress"/>) from everywhere.</summary>
internal sealed class Attempt
{
    public const string AnyAddress = "";

    /// <summary>SHA-256 of what is guessed at and the account's e-mail, which need not exist.</summary>
    public required string Account { get; init; }

    public required string Address { get; init; }

    /// <summary>GCRA's theoretical arrival time: when all guesses are free again.</summary>
    public required DateTimeOffset FreeAt { get; set; }

    /// <summary>The last time that somebody from here knew the password.</summary>
    public DateTimeOffset? SucceededAt { get; set; }
}

internal sealed class AttemptTable : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> attempt)
    {
        attempt.ToTable("attempts");
        attempt.HasKey(a => new { a.Account, a.Address });
        attempt.Property(a => a.Account).HasMaxLength(64);
        attempt.Property(a => a.Address).HasMaxLength(45);
        attempt.HasIndex(a => a.FreeAt);
    }
}
