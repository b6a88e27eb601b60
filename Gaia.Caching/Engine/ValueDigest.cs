using System.Security.Cryptography;
using System.Text.Json;

namespace Gaia.Caching.Engine;

/// <summary>Tells values apart by 64 bits of their JSON. White space and the way in which characters are escaped make no difference.</summary>
internal static class ValueDigest
{
    private const int Length = 8;

    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(document.RootElement)).AsSpan(0, Length));
    }
}
