using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Gaia.Tests.Cards;

/// <summary>Pictures with cards in them, as other programs write them.</summary>
internal static class CardPng
{
    // The last chunk of a PNG file has no data.
    private const int End = 12;

    /// <param name="cards">Keyword, type of chunk (with a plus for a compressed one) and JSON of each.</param>
    public static byte[] With(byte[] picture, params (string Keyword, string Type, string Json)[] cards) =>
        cards.Aggregate(picture, (file, card) => WithRaw(file, card.Type[..4], Data(card.Keyword, card.Type, Convert.ToBase64String(Encoding.UTF8.GetBytes(card.Json)))));

    public static byte[] WithRaw(byte[] picture, string type, byte[] data)
    {
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        Span<byte> length = stackalloc byte[4];
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(body));
        return [.. picture[..^End], .. length, .. body, .. checksum, .. picture[^End..]];
    }

    /// <summary>What stands in a chunk of uncompressed text, decoded.</summary>
    public static string Text(byte[] picture, string keyword)
    {
        var mark = Encoding.Latin1.GetBytes($"tEXt{keyword}\0");
        var at = picture.AsSpan().IndexOf(mark);
        Assert.True(at > 0, $"There is no chunk {keyword}");
        var length = BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(at - 4));
        var text = picture.AsSpan(at + mark.Length, length - keyword.Length - 1);
        return Encoding.UTF8.GetString(Convert.FromBase64String(Encoding.Latin1.GetString(text)));
    }

    public static byte[] Pack(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    private static byte[] Data(string keyword, string type, string text)
    {
        byte[] name = [.. Encoding.Latin1.GetBytes(keyword), 0];
        var plain = Encoding.Latin1.GetBytes(text);
        return type switch
        {
            "tEXt" => [.. name, .. plain],
            "zTXt" => [.. name, 0, .. Pack(plain)],
            "iTXt" => [.. name, 0, 0, .. "en\0"u8, .. "Karte\0"u8, .. plain],
            _ => [.. name, 1, 0, 0, 0, .. Pack(plain)],
        };
    }
}
