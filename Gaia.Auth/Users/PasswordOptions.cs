using System.ComponentModel.DataAnnotations;

namespace Gaia.Auth.Users;

internal sealed class PasswordOptions
{
    public const string Section = "Passwords";

    /// <summary>Of PBKDF2 with HMAC-SHA-512. The default is OWASP's advice (Password Storage Cheat Sheet, 2023).</summary>
    [Range(100_000, 10_000_000)]
    public int Iterations { get; set; } = 210_000;

    /// <summary>How many requests may work on passwords at once; 0 is half the processors. A flood of sign-ins leaves the others to everybody else.</summary>
    [Range(0, 1024)]
    public int Parallelism { get; set; }

    /// <summary>How many more may wait for their turn; whoever comes then gets 503.</summary>
    [Range(0, 10_000)]
    public int Queue { get; set; } = 64;
}
