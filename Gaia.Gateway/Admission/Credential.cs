using System.Security.Cryptography;
using System.Text;

namespace Gaia.Gateway.Admission;

internal enum CredentialKind
{
    ApiKey,

    /// <summary>An access token that names Gaia's own Auth as its issuer.</summary>
    OwnToken,

    /// <summary>Any other JWT.</summary>
    ExternalToken,
}

/// <summary>
/// A credential that is worth looking up. Equal to another one when the SHA-256 of the text is, which is also what cache keys have: a secret is in no key.
/// </summary>
internal sealed class Credential : IEquatable<Credential>
{
    private readonly UInt128 high;
    private readonly UInt128 low;

    public Credential(string text, CredentialKind kind)
    {
        (Text, Kind) = (text, kind);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        Hash = Convert.ToHexStringLower(digest);
        (high, low) = (BitConverter.ToUInt128(digest), BitConverter.ToUInt128(digest[16..]));
    }

    public string Text { get; }

    public CredentialKind Kind { get; }

    /// <summary>SHA-256, lower-case hex.</summary>
    public string Hash { get; }

    /// <summary>The claims of an own token whose signature was verified.</summary>
    public PrincipalSnapshot? Verified { get; set; }

    /// <summary>The caller that it last resolved to, to be checked again before use.</summary>
    public Caller? Caller { get; set; }

    public bool Equals(Credential? other) => other is not null && high == other.high && low == other.low;

    public override bool Equals(object? obj) => Equals(obj as Credential);

    public override int GetHashCode() => low.GetHashCode();

    /// <summary>For cache keys.</summary>
    public override string ToString() => Hash;
}
