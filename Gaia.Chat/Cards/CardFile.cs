namespace Gaia.Chat.Cards;

/// <summary>A card and the picture that came with it.</summary>
/// <param name="Picture">Without the card in it; null when there is none.</param>
/// <param name="Lost">What of the file is not kept.</param>
internal sealed record CardFile(Card Card, ReadOnlyMemory<byte>? Picture, IReadOnlyList<string> Lost)
{
    public IEnumerable<string> Warnings => [.. Card.Warnings, .. Lost];

    /// <summary>Reads a card in any of its formats, which its first bytes tell.</summary>
    /// <exception cref="Errors.ChatException">It is damaged, too large or no card.</exception>
    public static CardFile Read(ReadOnlyMemory<byte> file) =>
        PngFile.Is(file.Span) ? PngCard.Read(file) : CharxCard.Is(file.Span) ? CharxCard.Read(file) : new(Card.Parse(file), null, []);
}
