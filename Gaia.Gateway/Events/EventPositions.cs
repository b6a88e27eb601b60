using System.Globalization;

namespace Gaia.Gateway.Events;

/// <summary>How far somebody has read the journals, such as <c>auth:12,chat:340</c>.</summary>
internal static class EventPositions
{
    /// <summary>Reads positions; <c>0</c> is the beginning of each of the sources.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public static Dictionary<string, long>? TryParse(string text, IReadOnlyList<string> sources)
    {
        if (text is "0")
        {
            return sources.ToDictionary(source => source, _ => 0L);
        }

        Dictionary<string, long> positions = [];
        foreach (var part in text.Split(','))
        {
            if (part.Split(':') is not [var source, var digits] || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                || !positions.TryAdd(source, position))
            {
                return null;
            }
        }

        return positions.Where(one => sources.Contains(one.Key)).ToDictionary();
    }

    public static string Write(IEnumerable<KeyValuePair<string, long>> positions) =>
        string.Join(',', positions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}:{one.Value}")));
}
