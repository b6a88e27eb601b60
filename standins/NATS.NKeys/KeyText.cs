using System.Buffers.Binary;

namespace NATS.NKeys;

/// <summary>
/// The text form of keys: base32 of prefix, 32 bytes of key and a little-endian CRC-16. A seed's prefix is two bytes: five bits that say "seed",
/// then the eight of the key's own prefix, then padding, so that the text reads S and the key's letter.
/// </summary>
internal static class KeyText
{
    public const int KeySize = 32;

    private const int ChecksumSize = 2;
    private const int SeedMark = 18 << 3;

    public static string OfPublicKey(PrefixByte prefix, ReadOnlySpan<byte> key) => Encode([(byte)prefix], key);

    public static string OfSeed(PrefixByte prefix, ReadOnlySpan<byte> seed) =>
        Encode([(byte)(SeedMark | ((byte)prefix >> 5)), (byte)((byte)prefix << 3)], seed);

    public static (PrefixByte Prefix, byte[] Key) PublicKey(ReadOnlySpan<char> text)
    {
        var decoded = Decode(text);
        if (decoded.Length != 1 + KeySize || !IsKnown((PrefixByte)decoded[0]))
        {
            throw new NKeysException("Not a valid public NKey");
        }

        return ((PrefixByte)decoded[0], decoded[1..]);
    }

    public static (PrefixByte Prefix, byte[] Seed) Seed(ReadOnlySpan<char> text)
    {
        var decoded = Decode(text);
        if (decoded.Length != 2 + KeySize || (decoded[0] & 0b1111_1000) != SeedMark)
        {
            throw new NKeysException("Invalid Seed");
        }

        var prefix = (PrefixByte)((decoded[0] << 5) | (decoded[1] >> 3));
        return IsKnown(prefix) ? (prefix, decoded[2..]) : throw new NKeysException("Invalid Public Prefix Byte");
    }

    public static bool IsKnown(PrefixByte prefix) => prefix
        is PrefixByte.Account or PrefixByte.Cluster or PrefixByte.Server or PrefixByte.Operator or PrefixByte.User or PrefixByte.Curve;

    private static string Encode(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> key)
    {
        byte[] bytes = [.. prefix, .. key, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(^ChecksumSize..), Crc16.Of(bytes.AsSpan(..^ChecksumSize)));
        return string.Create(Base32.GetEncodedLength(bytes), bytes, static (text, source) => Base32.ToBase32(source, text));
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        byte[] bytes;
        try
        {
            bytes = new byte[Base32.GetDataLength(text)];
            Base32.FromBase32(text, bytes);
        }
        catch (ArgumentException malformed)
        {
            throw new NKeysException("Invalid encoding", malformed);
        }

        if (bytes.Length <= ChecksumSize || BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(^ChecksumSize..)) != Crc16.Of(bytes.AsSpan(..^ChecksumSize)))
        {
            throw new NKeysException("Invalid CRC");
        }

        return bytes[..^ChecksumSize];
    }
}
