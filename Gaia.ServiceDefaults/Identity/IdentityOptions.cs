using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;

namespace Gaia;

public sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>In characters: HMAC-SHA256 wants 32 bytes of key.</summary>
    public const int ShortestKey = 32;

    /// <summary>Signs what the gateway says about a caller; the same in every service, and known to nobody else.</summary>
    [Required, MinLength(ShortestKey)]
    public string Key { get; set; } = "";

    /// <summary>A key of 32 bytes for one purpose (HKDF, RFC 5869): no signature that is made for one is valid for another, and none is stored.</summary>
    public byte[] DeriveKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(Key), HMACSHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>How long a service believes a minted identity. Short: it is not revocable.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(60);
}
