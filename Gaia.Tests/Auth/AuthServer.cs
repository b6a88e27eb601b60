using Gaia.Tests.Secrets;

namespace Gaia.Tests.Auth;

/// <summary>Auth alone.</summary>
public sealed class AuthServer : ScannedService
{
    public const string IdentityKey = "the-tests-own-identity-key-0123456789";
    public const string AdminEmail = "admin@gaia.test";
    public const string AdminPassword = "an administrator chose this";

    private AuthServer(IReadOnlyDictionary<string, string> settings)
        : base(Resources.Auth, settings)
    {
    }

    // Half the work of hashing that production has: tests sign up a thousand users.
    public static Task<AuthServer> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) =>
        StartAsync(new AuthServer(new Dictionary<string, string>(settings) { ["Passwords:Iterations"] = "100000" }), ct);
}
