using System.IO.Enumeration;

namespace Gaia.Caching.Engine;

/// <summary>Patterns of keys: <c>*</c> is any text, <c>?</c> any one character, everything else itself. Redis and memory must agree on what one means.</summary>
internal static class KeyPattern
{
    public static bool Matches(string pattern, string key) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), key, ignoreCase: false);

    /// <summary>
    /// For MATCH, which finds these and perhaps more: to Redis a question mark is one byte, not one character. Brackets and backslashes have no meaning
    /// of their own here.
    /// </summary>
    public static string ForRedis(string prefix, string pattern) => string.Concat(Escape(prefix, "\\[]*?"), Escape(pattern, "\\[]").Replace('?', '*'));

    private static string Escape(string text, string special) =>
        string.Concat(text.Select(letter => special.Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : $"{letter}"));
}
