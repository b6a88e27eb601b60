using System.IO.Compression;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Cards;

/// <summary>Character cards in CHARX files, which are zip files. Source: kwaroran/character-card-spec-v3, "CHARX".</summary>
internal static class CharxCard
{
    private const string CardName = "card.json";
    private const string Embedded = "embeded://";

    public static bool Is(ReadOnlySpan<byte> file) => file.StartsWith("PK\x03\x04"u8) || file.StartsWith("PK\x05\x06"u8);

    /// <exception cref="Errors.ChatException">It is damaged, or holds no card.</exception>
    public static CardFile Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(file.ToArray()));
            if (zip.Entries.Count > CardLimits.Files)
            {
                throw CardError.Unreadable($"A CHARX file holds at most {CardLimits.Files} files");
            }

            var card = Card.Parse(Read(zip.GetEntry(CardName) ?? throw CardError.Invalid($"The CHARX file has no {CardName}"), CardLimits.JsonBytes, "A card"));
            var icon = Icon(card) is { } path && zip.GetEntry(path) is { } picture ? picture : null;
            var lost = zip.Entries.Count(entry => entry.Name.Length > 0 && entry.FullName != CardName && entry != icon);
            return new(
                card,
                icon is null ? null : Read(icon, CardLimits.PictureBytes, "A picture"),
                lost == 0 ? [] : [$"{lost} files within the CHARX file are not kept"]);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or EndOfStreamException or ArgumentException)
        {
            throw CardError.Unreadable("The CHARX file is damaged, or encrypted", e);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry, int limit, string what)
    {
        if (entry.IsEncrypted)
        {
            throw CardError.Unreadable("The CHARX file is encrypted");
        }

        using var content = entry.Open();
        return LimitedRead.ToEnd(content, limit, what);
    }

    /// <summary>Where the character's main icon lies.</summary>
    private static string? Icon(Card card)
    {
        var icons = card.Data.Elements("assets").Where(asset => asset.Text("type") is "icon").ToList();
        var main = icons.FindIndex(asset => asset.Text("name") is "main");
        return icons.Count > 0 && icons[Math.Max(main, 0)].Text("uri") is { } uri && uri.StartsWith(Embedded, StringComparison.Ordinal) ? uri[Embedded.Length..] : null;
    }
}
