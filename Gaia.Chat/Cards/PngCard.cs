using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace Gaia.Chat.Cards;

/// <summary>
/// Character cards within pictures: the chunk <c>ccv3</c>, and <c>chara</c> for versions before 3. Sources: malfoyslastname/character-card-spec-v2, spec_v1.md,
/// "Embedding methods"; kwaroran/character-card-spec-v3, "PNG/APNG"; W3C, PNG Specification, 11.3.3 for the kinds of text.
/// </summary>
internal static class PngCard
{
    private const string Version2 = "chara";
    private const string Version3 = "ccv3";
    private const string Asset = "chara-ext-asset_:";

    /// <exception cref="Errors.ChatException">It is damaged, or holds no card.</exception>
    public static CardFile Read(ReadOnlyMemory<byte> file)
    {
        var chunks = PngFile.Read(file);
        var texts = chunks.Select(chunk => (Keyword: Keyword(chunk), Chunk: chunk)).Where(text => text.Keyword is not null).ToList();
        var card = Find(Version3) ?? Find(Version2) ?? throw CardError.Invalid("The picture holds no character card");
        var assets = texts.Count(text => text.Keyword!.StartsWith(Asset, StringComparison.OrdinalIgnoreCase));
        return new(
            Card.Parse(Decode(Text(card))),
            PngFile.Write(chunks.Where(chunk => !IsOwn(Keyword(chunk)))),
            assets == 0 ? [] : [$"{assets} assets within the picture are not kept"]);

        (string Type, ReadOnlyMemory<byte> Data)? Find(string keyword) =>
            texts.Where(text => keyword.Equals(text.Keyword, StringComparison.OrdinalIgnoreCase)).Select(text => ((string, ReadOnlyMemory<byte>)?)text.Chunk).FirstOrDefault();
    }

    /// <summary>Puts a card into a picture, in the place of any that is there.</summary>
    public static byte[] Write(ReadOnlyMemory<byte> picture, JsonObject card)
    {
        var keyword = (string?)card["spec"] is Card.Version3 ? Version3 : Version2;
        var json = Encoding.UTF8.GetBytes(card.ToJsonString(EventJson.Options));
        var text = Encoding.Latin1.GetBytes($"{keyword}\0{Convert.ToBase64String(json)}");
        var chunks = PngFile.Read(picture).Where(chunk => !IsOwn(Keyword(chunk))).ToList();
        chunks.Insert(chunks.Count - 1, ("tEXt", text));
        return PngFile.Write(chunks);
    }

    private static bool IsOwn(string? keyword) =>
        keyword is not null && (keyword.Equals(Version2, StringComparison.OrdinalIgnoreCase) || keyword.Equals(Version3, StringComparison.OrdinalIgnoreCase)
            || keyword.StartsWith(Asset, StringComparison.OrdinalIgnoreCase));

    /// <returns>Null for what is no text.</returns>
    private static string? Keyword((string Type, ReadOnlyMemory<byte> Data) chunk) =>
        chunk.Type is "tEXt" or "zTXt" or "iTXt" && chunk.Data.Span.IndexOf((byte)0) is > 0 and var end ? Encoding.Latin1.GetString(chunk.Data.Span[..end]) : null;

    private static ReadOnlyMemory<byte> Text((string Type, ReadOnlyMemory<byte> Data) chunk)
    {
        var rest = After(chunk.Data);
        switch (chunk.Type)
        {
            case "tEXt":
                return rest;
            case "zTXt":
                return rest is { Length: > 1, Span: [0, ..] } ? PngFile.Unpack(rest[1..]) : throw Damaged();
            default:
                if (rest.Length < 2)
                {
                    throw Damaged();
                }

                // Its language, and its keyword in that.
                var text = After(After(rest[2..]));
                return rest.Span[0] switch
                {
                    0 => text,
                    1 when rest.Span[1] == 0 => PngFile.Unpack(text),
                    _ => throw Damaged(),
                };
        }
    }

    private static ReadOnlyMemory<byte> After(ReadOnlyMemory<byte> data) =>
        data.Span.IndexOf((byte)0) is >= 0 and var end ? data[(end + 1)..] : throw Damaged();

    private static byte[] Decode(ReadOnlyMemory<byte> text)
    {
        if (text.Length > Base64.GetMaxEncodedToUtf8Length(CardLimits.JsonBytes))
        {
            throw CardError.TooLarge("A card", CardLimits.JsonBytes);
        }

        try
        {
            return Convert.FromBase64String(Encoding.Latin1.GetString(text.Span));
        }
        catch (FormatException e)
        {
            throw CardError.Unreadable("The card within the picture is no base64", e);
        }
    }

    private static Errors.ChatException Damaged() => CardError.Unreadable("A text of the PNG file is damaged");
}
