using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Users;

/// <summary>ASP.NET Core Identity's password hashes. Each takes a processor for a good part of a second, which is the point of it.</summary>
internal sealed class PasswordHashing
{
    private readonly PasswordHasher<User> hasher;
    private readonly Lazy<string> dummy;

    public PasswordHashing(IOptions<PasswordOptions> options)
    {
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.Iterations }));
        dummy = new(() => Hash(Guid.NewGuid().ToString()));
    }

    public string Hash(string password) => hasher.HashPassword(null!, password);

    /// <summary>Takes as long for an account that does not exist, or has no password, as for a wrong password.</summary>
    /// <param name="hash">The account's; null when there is none.</param>
    public bool Verify(string? hash, string password) =>
        hasher.VerifyHashedPassword(null!, hash ?? dummy.Value, password) is not PasswordVerificationResult.Failed && hash is not null;
}
