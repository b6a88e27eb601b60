namespace Gaia.Events;

/// <summary>Selects events by their type: <c>persona.updated</c>, <c>persona.*</c> or <c>*</c>, with or without <c>gaia.</c> before it.</summary>
public sealed class EventTypePattern
{
    /// <summary>What a text must be to be one, in words that follow the name of a setting or parameter.</summary>
    public const string Expected = "expected a type such as persona.updated, or its beginning and *, such as persona.*.";

    private const string Prefix = "gaia.";
    private const char Any = '*';

    private readonly string start;
    private readonly bool isExact;

    private EventTypePattern(string start, bool isExact) => (this.start, this.isExact) = (start, isExact);

    /// <summary>Selects every event.</summary>
    public static EventTypePattern All { get; } = new("", isExact: false);

    /// <summary>Reads a pattern, whose only wildcard is a <c>*</c> at its end.</summary>
    /// <returns>Null when it is none.</returns>
    public static EventTypePattern? TryParse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text is "*")
        {
            return All;
        }

        var isExact = text[^1] is not Any;
        var start = isExact ? text : text[..^1];
        return start.All(letter => char.IsAsciiLetterLower(letter) || letter is '.' or '_')
            ? new(start.StartsWith(Prefix, StringComparison.Ordinal) ? start : Prefix + start, isExact)
            : null;
    }

    /// <summary>Whether it selects events of this type.</summary>
    public bool Matches(string type) => isExact ? type == start : type.StartsWith(start, StringComparison.Ordinal);

    /// <summary>As the right side of SQL's <c>LIKE</c>.</summary>
    public string ToLike() => start.Replace("_", "\\_", StringComparison.Ordinal) + (isExact ? "" : "%");

    /// <summary>The pattern as text.</summary>
    public override string ToString() => isExact ? start : start + Any;
}
