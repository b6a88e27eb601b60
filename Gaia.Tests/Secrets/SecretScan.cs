using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Secrets;

/// <summary>Knows by their form what must be in no store and no log: tokens, keys, e-mail addresses, and the passwords that tests use.</summary>
internal static partial class SecretScan
{
    private static readonly string[] Passwords = [AuthApi.Password, AuthServer.AdminPassword, GaiaApp.DevelopmentKey];

    private static readonly ConcurrentDictionary<string, bool> RefreshTokens = new(StringComparer.Ordinal);

    /// <summary>A refresh token has no form of its own, so those that tests were given are known.</summary>
    public static void Remember(string refreshToken) => RefreshTokens[refreshToken] = true;

    public static IEnumerable<string> Find(string text) =>
        Tokens().Matches(text).Select(match => match.Value)
            .Concat(Keys().Matches(text).Select(match => match.Value).Where(key => ApiKeyText.IsWellFormed(key)))
            .Concat(Randoms().Matches(text).Select(match => match.Value).Where(RefreshTokens.ContainsKey))
            .Concat(Emails().Matches(text).Select(match => match.Value))
            .Concat(Passwords.Where(password => text.Contains(password, StringComparison.Ordinal)));

    /// <summary>In bytes of any kind, as those of a Redis value.</summary>
    public static IEnumerable<string> Find(byte[] bytes) => Find(Encoding.Latin1.GetString(bytes));

    [GeneratedRegex(@"eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*")]
    private static partial Regex Tokens();

    [GeneratedRegex("(?<![0-9A-Za-z_-])[0-9A-Za-z_-]{43}(?![0-9A-Za-z_-])")]
    private static partial Regex Randoms();

    [GeneratedRegex(@"gaia_[a-z]+_[0-9A-Za-z]{38}")]
    private static partial Regex Keys();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)*\.(test|com|org|net|example|dev)\b")]
    private static partial Regex Emails();
}
