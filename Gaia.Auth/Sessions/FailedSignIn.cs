using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Auth.Sessions;

/// <summary>A sign-in by e-mail and password that was refused. The e-mail of an account that does not exist is not kept: people type passwords there.</summary>
internal sealed class FailedSignIn
{
    /// <summary>Grows with time.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required DateTimeOffset At { get; init; }

    /// <summary>Null when no account has the e-mail.</summary>
    public Guid? UserId { get; init; }

    public User? User { get; init; }

    public required string Address { get; init; }

    /// <summary>One of <see cref="SignInFailure"/>.</summary>
    public required string Reason { get; init; }
}

internal static class SignInFailure
{
    public const string WrongPassword = "wrong_password";
    public const string UnknownAccount = "unknown_account";
    public const string DisabledAccount = "disabled_account";
}

internal sealed class FailedSignInTable : IEntityTypeConfiguration<FailedSignIn>
{
    public void Configure(EntityTypeBuilder<FailedSignIn> failed)
    {
        failed.ToTable("failed_sign_ins");
        failed.HasOne(f => f.User).WithMany().HasForeignKey(f => f.UserId).OnDelete(DeleteBehavior.Cascade);
        failed.Property(f => f.Address).HasMaxLength(45);
        failed.Property(f => f.Reason).HasMaxLength(40);
        failed.HasIndex(f => f.At);
    }
}
