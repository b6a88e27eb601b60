using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gaia.Chat.Characters;

/// <summary>
/// The keys of an entry that are regular expressions. They come from strangers: each is matched without backtracking where it can be, and never longer than
/// <see cref="Timeout"/>. With one that is invalid, or too slow, the entry is not a match.
/// </summary>
internal sealed class LorePatterns
{
    private const RegexOptions Common = RegexOptions.CultureInvariant;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private readonly Regex[]? keys;
    private readonly Regex[][]? additional;

    public LorePatterns(LoreEntry entry)
    {
        keys = Compile(entry.Keys, entry.IsCaseSensitive);
        var several = entry.Settings.AdditionalKeys.Select(group => Compile(group, entry.IsCaseSensitive)).ToArray();
        additional = several.Contains(null) ? null : [.. several.OfType<Regex[]>()];
    }

    /// <param name="texts">What is searched.</param>
    /// <param name="time">Once it is over nothing matches any more.</param>
    public bool Match(ReadOnlyMemory<char>[] texts, MatchTime time)
    {
        try
        {
            return keys is not null && additional is not null && Any(keys) && additional.All(Any);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }

        bool Any(Regex[] patterns) => patterns.Any(pattern => texts.Any(text => !time.IsOver && pattern.IsMatch(text.Span)));
    }

    private static Regex[]? Compile(IReadOnlyList<string> patterns, bool isCaseSensitive)
    {
        var compiled = patterns.Select(pattern => Compile(pattern, isCaseSensitive)).ToArray();
        return compiled.Contains(null) ? null : [.. compiled.OfType<Regex>()];
    }

    private static Regex? Compile(string pattern, bool isCaseSensitive)
    {
        var options = isCaseSensitive ? Common : Common | RegexOptions.IgnoreCase;
        var end = pattern.LastIndexOf('/');
        if (end > 0 && pattern[0] == '/')
        {
            options = Common;
            foreach (var flag in pattern[(end + 1)..])
            {
                RegexOptions? option = flag switch
                {
                    'i' => RegexOptions.IgnoreCase,
                    'm' => RegexOptions.Multiline,
                    's' => RegexOptions.Singleline,

                    // They change which matches are found, not whether there is one.
                    'g' or 'u' or 'v' or 'd' => RegexOptions.None,
                    _ => null,
                };
                if (option is null)
                {
                    return null;
                }

                options |= option.Value;
            }

            pattern = pattern[1..end];
        }

        try
        {
            return new(pattern, options | RegexOptions.NonBacktracking, Timeout);
        }
        catch (NotSupportedException)
        {
            return new(pattern, options, Timeout);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>How long the search for the keys of one prompt may take: a lorebook can be made to take for ever.</summary>
internal sealed class MatchTime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    private readonly long started = Stopwatch.GetTimestamp();

    public bool IsOver => Stopwatch.GetElapsedTime(started) > Limit;
}
