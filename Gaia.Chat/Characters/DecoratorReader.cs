using System.Globalization;
using System.Text.RegularExpressions;

namespace Gaia.Chat.Characters;

/// <summary>
/// Reads the decorators in the content of a lorebook entry. One that is unknown, has no valid value or means nothing in a chat is ignored, and then its
/// fallbacks are tried in turn. Source: kwaroran/character-card-spec-v3, "Decorators".
/// </summary>
internal sealed partial class DecoratorReader
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly LoreDecorators decorators = new();

    /// <returns>The content without its decorators, and what they say.</returns>
    public static (string Content, LoreDecorators Decorators) Read(string content)
    {
        if (!content.Contains("@@", StringComparison.Ordinal))
        {
            return (content, new());
        }

        var reader = new DecoratorReader();
        var rest = new List<string>();
        var isSettled = true;
        foreach (var line in content.ReplaceLineEndings("\n").Split('\n'))
        {
            var match = Decorator().Match(line);
            if (!match.Success)
            {
                rest.Add(line);
                isSettled = true;
            }
            else if (match.Groups["at"].Length is 2 || !isSettled)
            {
                isSettled = reader.Apply(match.Groups["name"].Value, match.Groups["value"].Value.Trim());
            }
        }

        return (string.Join('\n', rest).Trim('\n'), reader.decorators);
    }

    /// <returns>False when it is ignored.</returns>
    private bool Apply(string name, string value)
    {
        // Of several alike only the first counts.
        if (name is not "additional_keys" && !seen.Add(name))
        {
            return true;
        }

        var isTaken = name switch
        {
            "activate_only_after" => Take(Number(value), n => decorators.OnlyAfter = n),
            "activate_only_every" => Take(Number(value) is { } every and > 0 ? every : default(int?), n => decorators.OnlyEvery = n),
            "keep_activate_after_match" => decorators.KeepsAfterMatch = true,
            "dont_activate_after_match" => decorators.StopsAfterMatch = true,
            "depth" => Take(Number(value), n => decorators.Depth = n),
            "reverse_depth" => Take(Number(value), n => decorators.ReverseDepth = n),
            "role" => Take(value is "assistant" or "system" or "user" ? value : null, role => decorators.Role = role),
            "scan_depth" => Take(Number(value), n => decorators.ScanDepth = n),
            "is_greeting" => Take(Number(value), n => decorators.Greeting = n),
            "position" => Take(Position(value), position => decorators.Position = position),
            "ignore_on_max_context" => decorators.IsOptional = true,
            "additional_keys" => Take(Several(value), decorators.AdditionalKeys.Add),
            "exclude_keys" => Take(Several(value), keys => decorators.ExcludeKeys = keys),
            "dont_activate" => decorators.IsNeverActive = true,
            "activate" => decorators.IsAlwaysActive = true,
            "disable_ui_prompt" => Take(value is "post_history_instructions" or "system_prompt" ? value : null, prompt => decorators.DisabledPrompt = prompt),
            _ => false,
        };
        if (!isTaken)
        {
            seen.Remove(name);
        }

        return isTaken;
    }

    private static bool Take<T>(T? value, Action<T> set)
        where T : class
    {
        if (value is not null)
        {
            set(value);
        }

        return value is not null;
    }

    private static bool Take<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } given)
        {
            set(given);
        }

        return value is not null;
    }

    private static int? Number(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;

    private static LorePosition? Position(string value) => value switch
    {
        "after_desc" => LorePosition.AfterDescription,
        "before_desc" => LorePosition.BeforeDescription,
        "personality" => LorePosition.Personality,
        "scenario" => LorePosition.Scenario,
        _ => null,
    };

    private static string[]? Several(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } keys ? keys : null;

    [GeneratedRegex(@"^\s*(?<at>@@@?)(?<name>[A-Za-z_]+)(?<value>(\s.*)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Decorator();
}
