using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Gaia;

/// <summary>
/// The text form of an API key: <c>gaia_{environment}_{secret}{checksum}</c>, 32 base-62 characters of secret (190 bits) and 6 of CRC-32 over all
/// that stands before them. A mistyped or invented key is told apart without asking Redis or Postgres.
/// </summary>
public static class ApiKeyText
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Prefix = "gaia_";
    private const int SecretLength = 32;
    private const int ChecksumLength = 6;

    /// <param name="environment">Lower-case word that says where the key is valid, "dev" or "live" for instance.</param>
    public static string Create(string environment)
    {
        var body = $"{Prefix}{environment}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return body + Checksum(body);
    }

    public static bool IsWellFormed(ReadOnlySpan<char> key)
    {
        if (!key.StartsWith(Prefix) || key.LastIndexOf('_') is var end && key.Length - end - 1 != SecretLength + ChecksumLength || end <= Prefix.Length)
        {
            return false;
        }

        Span<char> expected = stackalloc char[ChecksumLength];
        WriteChecksum(key[..^ChecksumLength], expected);
        return key[^ChecksumLength..].SequenceEqual(expected);
    }

    /// <summary>What is stored and what cache keys contain: SHA-256 of the key, lower-case hex. A key has too much entropy for a slow hash to add anything.</summary>
    public static string Hash(ReadOnlySpan<char> key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key.ToArray()), digest);
        return Convert.ToHexStringLower(digest);
    }

    private static string Checksum(string body) => string.Create(ChecksumLength, body, static (span, text) => WriteChecksum(text, span));

    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> checksum)
    {
        Span<byte> bytes = stackalloc byte[128];
        var crc = Encoding.UTF8.TryGetBytes(body, bytes, out var length) ? Crc32.HashToUInt32(bytes[..length]) : 0;
        for (var i = checksum.Length - 1; i >= 0; i--)
        {
            (crc, var digit) = Math.DivRem(crc, 62u);
            checksum[i] = Alphabet[(int)digit];
        }
    }
}
