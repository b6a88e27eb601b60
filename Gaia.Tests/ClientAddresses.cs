using System.Buffers.Binary;
using System.Net;

namespace Gaia.Tests;

/// <summary>Addresses that clients in tests say they come from, each given out once.</summary>
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
