using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Gaia.Chat.Cards;

/// <summary>The chunks of a PNG or APNG file. Source: W3C, "Portable Network Graphics (PNG) Specification", 5.3.</summary>
internal static class PngFile
{
    private const int Overhead = 12;

    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Type and data of each chunk. What follows the end of the image is left out.</summary>
    /// <exception cref="Errors.ChatException">A chunk is damaged.</exception>
    public static IReadOnlyList<(string Type, ReadOnlyMemory<byte> Data)> Read(ReadOnlyMemory<byte> file)
    {
        var chunks = new List<(string Type, ReadOnlyMemory<byte> Data)>();
        for (var rest = file[Signature.Length..]; ;)
        {
            if (rest.Length < Overhead || BinaryPrimitives.ReadUInt32BigEndian(rest.Span) is var length && length > rest.Length - Overhead)
            {
                throw CardError.Unreadable("The PNG file ends within a chunk");
            }

            var body = rest.Slice(4, 4 + (int)length);
            if (BinaryPrimitives.ReadUInt32BigEndian(rest.Span[(4 + body.Length)..]) != Crc32.HashToUInt32(body.Span))
            {
                throw CardError.Unreadable("The checksum of a chunk of the PNG file is wrong");
            }

            chunks.Add((System.Text.Encoding.Latin1.GetString(body.Span[..4]), body[4..]));
            rest = rest[(Overhead + (int)length)..];
            if (chunks[^1].Type is "IEND")
            {
                return chunks[0].Type is "IHDR" ? chunks : throw CardError.Unreadable("The PNG file does not begin with its header");
            }

            if (chunks.Count > CardLimits.Chunks)
            {
                throw CardError.Unreadable("The PNG file has too many chunks");
            }
        }
    }

    public static byte[] Write(IEnumerable<(string Type, ReadOnlyMemory<byte> Data)> chunks)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> number = stackalloc byte[4];
        foreach (var (type, data) in chunks)
        {
            byte[] body = [.. System.Text.Encoding.Latin1.GetBytes(type), .. data.Span];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
            file.Write(number);
        }

        return file.ToArray();
    }

    /// <summary>A picture of one colour, for a persona that has none.</summary>
    /// <param name="seed">The same for the same colour.</param>
    public static byte[] Plain(Guid seed)
    {
        const int Size = 256;
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);

        // Eight bits, of a palette.
        (header[8], header[9]) = (8, 3);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(new byte[(Size + 1) * Size]);
        }

        return Write([("IHDR", header), ("PLTE", seed.ToByteArray().AsMemory(13, 3)), ("IDAT", packed.ToArray()), ("IEND", default)]);
    }

    /// <exception cref="Errors.ChatException">It is no zlib data, or unpacks to more than the limit.</exception>
    public static byte[] Unpack(ReadOnlyMemory<byte> data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        try
        {
            return LimitedRead.ToEnd(zlib, CardLimits.JsonBytes * 4 / 3 + 8, "A card");
        }
        catch (InvalidDataException e)
        {
            throw CardError.Unreadable("A compressed text of the PNG file is damaged", e);
        }
    }
}
