using System.Text;

namespace Gaia.Caching.Engine;

/// <summary>What may be a key: short enough to log and printable on one line, so that a key can never pose as a command, a log line or another key.</summary>
internal static class CacheKey
{
    public const int LengthLimit = 512;

    public static string Checked(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > LengthLimit)
        {
            throw new ArgumentException($"A cache key has at most {LengthLimit} characters, this one has {key.Length}.", nameof(key));
        }

        foreach (var letter in key.EnumerateRunes())
        {
            // Half of a surrogate pair counts as the replacement character, which means that something was lost before.
            if (Rune.IsControl(letter) || letter.Value is 0x2028 or 0x2029 or 0xFFFD)
            {
                throw new ArgumentException($"A cache key has no control characters, line breaks or broken characters; this one has U+{letter.Value:X4}.", nameof(key));
            }
        }

        return key;
    }
}
