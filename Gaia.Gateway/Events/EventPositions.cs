using System.Globalization;
using Gaia.Events;
using Gaia.Events.Facts;

namespace Gaia.Gateway.Events;

/// <summary>How far somebody has read the journals, such as <c>auth:12,chat:340</c>.</summary>
internal static class EventPositions
{
    /// <summary>Reads positions of some of the sources; <c>0</c> is the beginning of each.</summary>
    /// <returns>Null when it cannot be read, or is of none of them.</returns>
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
                || !EventSources.Of(EventTypePattern.All).Contains(source) || !positions.TryAdd(source, position))
            {
                return null;
            }
        }

        var read = positions.Where(one => sources.Contains(one.Key)).ToDictionary();
        return read.Count > 0 ? read : null;
    }

    public static string Write(IEnumerable<KeyValuePair<string, long>> positions) =>
        string.Join(',', positions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key}:{one.Value}")));
}
