using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gaia.Caching.Outbox;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Conventions;

/// <summary>
/// Read-your-writes at every gateway of every region: the answer to a write tells its caller what they have changed lately, and a request that brings it back is
/// answered by nothing older. Signed, as a version that nobody wrote would keep a key out of every cache.
/// </summary>
internal sealed class PositionHeader(IOptions<IdentityOptions> identity)
{
    public const string Name = "X-Gaia-Position";

    private readonly byte[] key = identity.Value.DeriveKey("gaia.gateway.position.v1");

    /// <param name="changes">A value of <see cref="ChangedKeys.Header"/>.</param>
    public string Write(string changes)
    {
        var content = Encoding.UTF8.GetBytes(changes);
        return Base64Url.EncodeToString([.. HMACSHA256.HashData(key, content), .. content]);
    }

    /// <returns>The value of <see cref="ChangedKeys.Header"/>; null when no gateway wrote this position.</returns>
    public string? Read(string position)
    {
        if (!Base64Url.IsValid(position, out var length) || length < HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        var decoded = Base64Url.DecodeFromChars(position);
        var content = decoded.AsSpan(HMACSHA256.HashSizeInBytes);
        return CryptographicOperations.FixedTimeEquals(decoded.AsSpan(0, HMACSHA256.HashSizeInBytes), HMACSHA256.HashData(key, content)) ? Encoding.UTF8.GetString(content) : null;
    }
}
