using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gaia.Caching.Reading;

internal static class KeyText
{
    /// <summary>The typed key whose text is this. False when it is none of the region's.</summary>
    public static bool TryParse<TKey, TValue>(Region<TKey, TValue> region, string text, [MaybeNullWhen(false)] out TKey key)
        where TKey : notnull, IParsable<TKey>
        where TValue : class
    {
        key = default;
        return text.StartsWith(region.Prefix, StringComparison.Ordinal)
            && TKey.TryParse(text[region.Prefix.Length..], CultureInfo.InvariantCulture, out key)
            && region.Key(key) == text;
    }
}
