using System.Globalization;

namespace Gaia;

/// <summary>One flat environment variable: what it may hold, and the configuration that it stands for.</summary>
/// <param name="Name">As users set it.</param>
/// <param name="Allowed">What it may hold, in words that complete "expected …".</param>
/// <param name="IsSecret">Never shown.</param>
/// <param name="Read">The configuration it stands for; null when the value is not allowed.</param>
internal sealed record FlatVariable(string Name, string Allowed, bool IsSecret, Func<string, IEnumerable<KeyValuePair<string, string?>>?> Read)
{
    /// <summary>The one key that it stands for, whose option has its default; null when it stands for several, or is no option's.</summary>
    public string? Key { get; private init; }

    private const int LongestShown = 100;
    private const int LongestSeconds = 31_536_000;
    private const int LongestDays = 36_500;
    private const int LongestTimeoutSeconds = 3_600;

    /// <summary>Whole seconds, for a <see cref="TimeSpan"/>.</summary>
    public static FlatVariable Seconds(string name, string key) => One(name, $"whole seconds from 1 to {LongestSeconds}", key, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture)
            : null);

    /// <summary>Seconds with decimals, for options that StackExchange.Redis counts in milliseconds.</summary>
    public static FlatVariable Milliseconds(string name, params string[] keys)
    {
        return new(name, $"seconds from 0.001 to {LongestTimeoutSeconds}, decimals allowed", IsSecret: false, Read);

        IEnumerable<KeyValuePair<string, string?>>? Read(string text) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0.001m and <= LongestTimeoutSeconds
                ? keys.Select(key => KeyValuePair.Create(key, (string?)((int)(seconds * 1000)).ToString(CultureInfo.InvariantCulture)))
                : null;
    }

    /// <summary>A whole number of at least one.</summary>
    public static FlatVariable Count(string name, string key) => One(name, "a whole number from 1 to 100000000", key, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100_000_000 ? text : null);

    /// <summary>Whole days, for a <see cref="TimeSpan"/>.</summary>
    public static FlatVariable Days(string name, string key) => One(name, $"days from 1d to {LongestDays}d, such as 90d", key, text =>
        text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= LongestDays
            ? TimeSpan.FromDays(days).ToString("c", CultureInfo.InvariantCulture)
            : null);

    /// <summary>A number of bytes.</summary>
    public static FlatVariable Bytes(string name, string key) => One(name, "a whole number of bytes, at least 1", key, text =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= 1 ? text : null);

    public static FlatVariable Dollars(string name, string key) => One(name, "US dollars from 0.000001 to 1000000", key, text =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars is >= 0.000001m and <= 1_000_000 ? text : null);

    public static FlatVariable Address(string name, string key) => One(name, "an http or https address", key, text =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? text : null);

    public static FlatVariable Switch(string name, string key) =>
        One(name, "on or off", key, text => text switch { "on" => "true", "off" => "false", _ => null });

    /// <summary>Anything.</summary>
    public static FlatVariable Text(string name, string key) => One(name, "any text", key, text => text);

    /// <summary>The name of a region.</summary>
    public static FlatVariable Region(string name, string key) =>
        One(name, "one to 32 lower-case letters, digits or hyphens", key, text => RegionOptions.IsName(text) ? text : null);

    public static FlatVariable Secret(string name, int shortest, string key) =>
        One(name, $"at least {shortest} characters", key, text => text.Length >= shortest ? text : null) with { IsSecret = true };

    /// <summary>One key that gets the text which <paramref name="convert"/> makes of the value, or null when the value is not allowed.</summary>
    public static FlatVariable One(string name, string allowed, string key, Func<string, string?> convert) =>
        new(name, allowed, false, text => convert(text) is { } converted ? [KeyValuePair.Create(key, (string?)converted)] : null) { Key = key };

    /// <summary>The one line that says what is wrong with a value.</summary>
    public string Refuse(string value) => $"{Name} is {Shown(value)}: expected {Allowed}.";

    private string Shown(string value)
    {
        // Whatever follows a user's name in a URL is a password, also in a URL that cannot be read.
        if (IsSecret || value.Contains('@', StringComparison.Ordinal) || value.Contains("pass", StringComparison.OrdinalIgnoreCase))
        {
            return "(not shown)";
        }

        var printable = string.Concat(value.Take(LongestShown).Select(character => char.IsControl(character) ? '?' : character));
        return $"\"{printable}{(value.Length > LongestShown ? "…" : "")}\"";
    }
}
