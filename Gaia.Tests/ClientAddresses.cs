using System.Buffers.Binary;
using System.Net;

namespace Gaia.Tests;

/// <summary>Unique addresses that clients in tests send as <c>X-Forwarded-For</c>.</summary>
internal static class ClientAddresses
{
    private static int last;

    public static string Next()
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Interlocked.Increment(ref last));
        bytes[0] = 10;
        return new IPAddress(bytes).ToString();
    }
}
