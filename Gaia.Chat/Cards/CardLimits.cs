namespace Gaia.Chat.Cards;

/// <summary>How much a character card may hold. What is larger is refused when it is imported.</summary>
internal static class CardLimits
{
    /// <summary>Bytes of a file, as it is sent.</summary>
    public const int FileBytes = 10 << 20;

    /// <summary>Bytes of a card's JSON, unpacked and decoded.</summary>
    public const int JsonBytes = 4 << 20;

    /// <summary>Bytes of a picture within a CHARX file, unpacked.</summary>
    public const int PictureBytes = 10 << 20;

    /// <summary>Files within a CHARX file.</summary>
    public const int Files = 2_000;

    /// <summary>Chunks of a PNG file.</summary>
    public const int Chunks = 100_000;

    public const int NicknameLength = 100;

    public const int Greetings = 100;

    public const int LoreEntries = 1_000;

    /// <summary>Keys of one lorebook entry, of each kind.</summary>
    public const int LoreKeys = 200;

    /// <summary>Characters of one key; a regular expression is one.</summary>
    public const int LoreKeyLength = 1_000;
}
