using System.Net;
using System.Net.Sockets;

namespace Gaia.Gateway.Limits;

/// <summary>Whose quota a request counts against: a validated user, otherwise the address that it came from.</summary>
internal readonly record struct Identifier(IdentifierKind Kind, UInt128 Value)
{
    public static Identifier OfUser(Guid id) => new(IdentifierKind.User, ToNumber(id));

    /// <summary>For an API key that has a limit of its own.</summary>
    public static Identifier OfKey(Guid id) => new(IdentifierKind.Key, ToNumber(id));

    /// <summary>One customer of an IPv6 provider has at least a /64, so that is what counts as one address.</summary>
    public static Identifier OfAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return address switch
        {
            { AddressFamily: AddressFamily.InterNetwork } => new(IdentifierKind.IPv4, BitConverter.ToUInt32(bytes)),
            { IsIPv4MappedToIPv6: true } => new(IdentifierKind.IPv4, BitConverter.ToUInt32(bytes[12..])),
            _ => new(IdentifierKind.IPv6, BitConverter.ToUInt64(bytes[..(length / 2)])),
        };
    }

    /// <summary>As it stands in the Redis key.</summary>
    public override string ToString() => Kind switch
    {
        IdentifierKind.User => $"user:{ToGuid(Value)}",
        IdentifierKind.Key => $"key:{ToGuid(Value)}",
        IdentifierKind.IPv4 => $"ip:{new IPAddress((uint)Value)}",
        _ => $"ip:{new IPAddress([.. BitConverter.GetBytes((ulong)Value), 0, 0, 0, 0, 0, 0, 0, 0])}",
    };

    private static UInt128 ToNumber(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return BitConverter.ToUInt128(bytes);
    }

    private static Guid ToGuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, value);
        return new Guid(bytes);
    }
}

internal enum IdentifierKind : byte
{
    User,
    IPv4,
    IPv6,
    Key,
}
