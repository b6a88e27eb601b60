using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Gaia.Tests.Assets;

/// <summary>Writes PNG files, also such as no honest program writes.</summary>
internal static class Png
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A picture of noise, so that no two are the same content.</summary>
    public static byte[] Noise(int width, int height) => Write(width, height, rows: height, Random.Shared.NextBytes);

    /// <summary>One colour: however many pixels, a file of about a thousandth of that.</summary>
    public static byte[] Flat(int width, int height) => Write(width, height, rows: height, _ => { });

    /// <summary>A header that promises more than the file holds.</summary>
    public static byte[] Promise(int width, int height) => Write(width, height, rows: 1, _ => { });

    /// <summary>A small picture whose pixel data unpacks to far more than its header says.</summary>
    public static byte[] Bomb(int width, int height, int rows) => Write(width, height, rows, _ => { });

    private static byte[] Write(int width, int height, int rows, Action<byte[]> paint)
    {
        using var file = new MemoryStream();
        file.Write(Signature);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(file, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width * 3];
            for (var y = 0; y < rows; y++)
            {
                paint(row);
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
        file.Write(number);
    }
}
