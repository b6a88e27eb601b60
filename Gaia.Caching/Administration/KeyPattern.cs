using System.IO.Enumeration;

namespace Gaia.Caching;

/// <summary>Patterns of keys: <c>*</c> is any text, <c>?</c> any one character, everything else itself. Redis and memory must agree on what one means.</summary>
internal static class KeyPattern
{
    public static bool Matches(string pattern, string key) =>
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), key, ignoreCase: false);

    /// <summary>For MATCH, where brackets and backslashes would have a meaning of their own.</summary>
    public static string ForRedis(string prefix, string pattern) => string.Concat(Escape(prefix, "\\[]*?"), Escape(pattern, "\\[]"));

    private static string Escape(string text, string special) =>
        string.Concat(text.Select(letter => special.Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : $"{letter}"));
}
