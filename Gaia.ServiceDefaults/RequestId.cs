using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>The id of a request in responses, logs and services: the caller's own when it is safe to log, otherwise a new one.</summary>
public static class RequestId
{
    public const string Header = "X-Request-Id";

    private const int LongestSane = 128;

    private static readonly SearchValues<char> Sane =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    public static string Of(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 and <= LongestSane } given] && !given.AsSpan().ContainsAnyExcept(Sane) ? given : New();

    /// <summary>A UUID of version 7 (RFC 9562) that is no secret: the system's own would cost a call to its random numbers for each request.</summary>
    private static string New()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)now);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(now >> 16));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
