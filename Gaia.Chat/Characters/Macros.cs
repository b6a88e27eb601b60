using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Gaia.Chat.Characters;

/// <summary>
/// Replaces what stands in curly braces in the texts of a card. What was put in is not read again, so a name cannot smuggle in a macro; what is not known
/// stays as it is. Source: kwaroran/character-card-spec-v3, "Curly Braced Syntaxes".
/// </summary>
/// <param name="character">What <c>{{char}}</c> stands for.</param>
/// <param name="user">What <c>{{user}}</c> stands for.</param>
/// <param name="seed">Texts with the same seed get the same picks.</param>
internal sealed class Macros(string character, string user, string seed)
{
    private const int MaximumDepth = 16;

    // What a text may grow by: a short macro can stand for a long text, and in a card a million times.
    private const int MaximumGrowth = 1_000_000;

    // A comma of a value that was put in, or of an escape: no separator. The character is none that a text can mean.
    private const char Comma = '\uFDD0';

    private static readonly (string Tag, bool IsUser)[] Tags = [("<user>", true), ("<bot>", false), ("<char>", false)];

    /// <param name="text">As the card has it.</param>
    /// <param name="original">What <c>{{original}}</c> stands for; null where it has no meaning.</param>
    /// <param name="isSearched">The text is searched for keys, not sent: what <c>{{hidden_key:}}</c> hides is in it.</param>
    public string Expand(string text, string? original = null, bool isSearched = false)
    {
        if (!text.Contains("{{", StringComparison.Ordinal) && !text.Contains('<', StringComparison.Ordinal))
        {
            return text;
        }

        var open = new Stack<StringBuilder>();
        var current = new StringBuilder(text.Length);
        var (picks, grown) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (Starts(text, i, "{{") && open.Count < MaximumDepth)
            {
                open.Push(current);
                current = new();
                i++;
            }
            else if (Starts(text, i, "}}") && open.Count > 0)
            {
                var content = current.ToString();
                current = open.Pop();
                var value = (grown < MaximumGrowth ? Evaluate(content, original, isSearched, ref picks) : null) ?? $"{{{{{content}}}}}";
                grown += value.Length;
                current.Append(open.Count > 0 ? value.Replace(',', Comma) : value);
                i++;
            }
            else if (text[i] == '<' && grown < MaximumGrowth && Array.Find(Tags, tag => Starts(text, i, tag.Tag)) is { Tag: { } name } tag)
            {
                var value = tag.IsUser ? user : character;
                grown += value.Length;
                current.Append(open.Count > 0 ? value.Replace(',', Comma) : value);
                i += name.Length - 1;
            }
            else if (open.Count > 0 && Starts(text, i, "\\,"))
            {
                current.Append(Comma);
                i++;
            }
            else
            {
                current.Append(text[i]);
            }
        }

        while (open.TryPop(out var outer))
        {
            current = outer.Append("{{").Append(current);
        }

        return current.Replace(Comma, ',').ToString();
    }

    private static bool Starts(string text, int at, string what) => string.Compare(text, at, what, 0, what.Length, StringComparison.OrdinalIgnoreCase) == 0;

    private string? Evaluate(string content, string? original, bool isSearched, ref int picks)
    {
        if (content.StartsWith("//", StringComparison.Ordinal))
        {
            return "";
        }

        var colon = content.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? content : content[..colon]).Trim().ToLowerInvariant();
        var value = colon < 0 ? null : content[(colon + 1)..];
        return (name, value) switch
        {
            ("char", null) => character,
            ("user", null) => user,
            ("original", null) => original,
            ("random", { } choices) => Choose(choices, Random.Shared.Next),
            ("pick", { } choices) => Pick(choices, picks++),
            ("roll", { } sides) => Roll(sides),
            ("hidden_key", { } key) => isSearched ? key : "",
            ("comment", not null) => "",
            ("reverse", { } said) => Reverse(said),
            _ => null,
        };
    }

    private string Pick(string choices, int index)
    {
        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{index}\n{choices}")));
        return Choose(choices, count => (int)(hash % (ulong)count));
    }

    // The specification's own example has a second colon.
    private static string Choose(string choices, Func<int, int> index)
    {
        var several = choices is [':', .. var rest] ? rest.Contains("::", StringComparison.Ordinal) ? rest.Split("::") : rest.Split(',') : choices.Split(',');
        return several[index(several.Length)];
    }

    private static string? Roll(string sides)
    {
        var text = sides.Trim(' ', ':');
        text = text is ['d' or 'D', .. var number] ? number : text;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0
            ? (1 + Random.Shared.NextInt64(most)).ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static string Reverse(string text)
    {
        var signs = StringInfo.GetTextElementEnumerator(text);
        var reversed = new List<string>();
        while (signs.MoveNext())
        {
            reversed.Add(signs.GetTextElement());
        }

        reversed.Reverse();
        return string.Concat(reversed);
    }
}
