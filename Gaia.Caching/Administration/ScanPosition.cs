using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Gaia.Caching.Administration;

/// <summary>
/// Where a listing of keys goes on: on which primary, from which cursor of SCAN, and which keys of that step it has shown, by their hashes. Not after which key:
/// the same cursor may give its keys in another order, and more or fewer of them, once Redis has resized its table.
/// </summary>
internal sealed record ScanPosition(int Primary, ulong Cursor)
{
    public static readonly ScanPosition Start = new(0, 0);

    private HashSet<uint> Shown { get; init; } = [];

    /// <exception cref="ArgumentException">The text is no position.</exception>
    public static ScanPosition Parse(string? text)
    {
        if (text is null)
        {
            return Start;
        }

        if (text.Split('-') is [var primary, var cursor, .. { Length: <= 1 } rest]
            && int.TryParse(primary, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && HashesIn(rest) is { } shown)
        {
            return new(index, position) { Shown = shown };
        }

        throw new ArgumentException("Not a cursor of this listing.", nameof(text));
    }

    public bool HasShown(string key) => Shown.Count > 0 && Shown.Contains(Hash(key));

    public ScanPosition Showing(IEnumerable<string> keys) => this with { Shown = [.. Shown, .. keys.Select(Hash)] };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Primary}-{Cursor}") + (Shown.Count is 0 ? "" : $"-{string.Join('.', Shown.Select(hash => hash.ToString("x", CultureInfo.InvariantCulture)))}");

    private static HashSet<uint>? HashesIn(string[] lists)
    {
        HashSet<uint> hashes = [];
        foreach (var text in lists.SelectMany(list => list.Split('.')))
        {
            if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash))
            {
                return null;
            }

            hashes.Add(hash);
        }

        return hashes;
    }

    private static uint Hash(string key) => XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(key));
}
