namespace Gaia.Caching;

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

        foreach (var letter in key)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029')
            {
                throw new ArgumentException($"A cache key has no control characters, line breaks or surrogates; this one has U+{(int)letter:X4}.", nameof(key));
            }
        }

        return key;
    }
}
