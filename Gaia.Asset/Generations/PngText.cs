using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Gaia.Asset.Generations;

/// <summary>Notes inside a PNG, as iTXt chunks (PNG specification, 11.3.3.4).</summary>
internal static class PngText
{
    // The signature and the IHDR chunk, which must stay first.
    private const int HeaderLength = 8 + 4 + 4 + 13 + 4;

    public static byte[] Add(byte[] png, params ReadOnlySpan<(string Keyword, string Text)> notes)
    {
        using var result = new MemoryStream();
        result.Write(png.AsSpan(0, HeaderLength));
        Span<byte> number = stackalloc byte[sizeof(uint)];
        foreach (var (keyword, text) in notes)
        {
            // Uncompressed, no language, no translated keyword.
            byte[] body = [.. "iTXt"u8, .. Encoding.Latin1.GetBytes(keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text)];
            BinaryPrimitives.WriteInt32BigEndian(number, body.Length - "iTXt".Length);
            result.Write(number);
            result.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
            result.Write(number);
        }

        result.Write(png.AsSpan(HeaderLength));
        return result.ToArray();
    }
}
