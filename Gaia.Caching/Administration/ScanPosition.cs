using System.Globalization;

namespace Gaia.Caching;

/// <summary>Where a listing of keys goes on: on which primary, from which cursor of SCAN, and after which key of that step.</summary>
internal sealed record ScanPosition(int Primary, ulong Cursor, string? After = null)
{
    public static readonly ScanPosition Start = new(0, 0);

    /// <exception cref="ArgumentException">The text is no position.</exception>
    public static ScanPosition Parse(string? text) =>
        text is null ? Start
        : text.Split('-', 3) is [var primary, var cursor, .. var after]
            && int.TryParse(primary, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && ulong.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? new(index, position, after is [var key] ? key : null)
        : throw new ArgumentException("Not a cursor of this listing.", nameof(text));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Primary}-{Cursor}") + (After is null ? "" : $"-{After}");
}
