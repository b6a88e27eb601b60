using System.Globalization;

namespace Gaia;

/// <summary>What an environment variable may hold, and the configuration that it stands for.</summary>
/// <param name="Allowed">What it may hold, in words that complete "expected …".</param>
/// <param name="Read">The configuration it stands for; null when the value is not allowed.</param>
internal sealed record VariableValue(string Allowed, Func<string, IEnumerable<KeyValuePair<string, string?>>?> Read)
{
    private const int LongestSeconds = 31_536_000;
    private const int LongestDays = 36_500;
    private const int LongestTimeoutSeconds = 3_600;

    /// <summary>The one key that it stands for, whose option has its default; null when it stands for several, or is no option's.</summary>
    public string? Key { get; private init; }

    /// <summary>Whether a refusal may quote it though the variable is secret: a URL without a password.</summary>
    public bool IsShown { get; init; }

    /// <summary>Whole seconds, for a <see cref="TimeSpan"/>.</summary>
    public static VariableValue Seconds(string key) => One($"whole seconds from 1 to {LongestSeconds}", key, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture)
            : null);

    /// <summary>Seconds with decimals, for options that StackExchange.Redis counts in milliseconds.</summary>
    public static VariableValue Milliseconds(params string[] keys)
    {
        return new($"seconds from 0.001 to {LongestTimeoutSeconds}, decimals allowed", Read);

        IEnumerable<KeyValuePair<string, string?>>? Read(string text) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0.001m and <= LongestTimeoutSeconds
                ? keys.Select(key => KeyValuePair.Create(key, (string?)((int)(seconds * 1000)).ToString(CultureInfo.InvariantCulture)))
                : null;
    }

    /// <summary>A whole number of at least one.</summary>
    public static VariableValue Count(string key) => One("a whole number from 1 to 100000000", key, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 100_000_000 ? text : null);

    /// <summary>Whole days, for a <see cref="TimeSpan"/>.</summary>
    public static VariableValue Days(string key) => One($"days from 1d to {LongestDays}d, such as 90d", key, text =>
        text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= LongestDays
            ? TimeSpan.FromDays(days).ToString("c", CultureInfo.InvariantCulture)
            : null);

    /// <summary>A number of bytes.</summary>
    public static VariableValue Bytes(string key) => One("a whole number of bytes, at least 1", key, text =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= 1 ? text : null);

    public static VariableValue Dollars(string key) => One("US dollars from 0.000001 to 1000000", key, text =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars is >= 0.000001m and <= 1_000_000 ? text : null);

    public static VariableValue Address(string key) => One("an http or https address", key, text =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? text : null);

    public static VariableValue Switch(string key) =>
        One("on or off", key, text => text switch { "on" => "true", "off" => "false", _ => null });

    /// <summary>Anything.</summary>
    public static VariableValue Text(string key) => One("any text", key, text => text);

    /// <summary>The name of a region.</summary>
    public static VariableValue Region(string key) =>
        One("one to 32 lower-case letters, digits or hyphens", key, text => RegionOptions.IsName(text) ? text : null);

    public static VariableValue Secret(int shortest, string key) =>
        One($"at least {shortest} characters", key, text => text.Length >= shortest ? text : null);

    /// <summary>One key that gets the text which <paramref name="convert"/> makes of the value, or null when the value is not allowed.</summary>
    public static VariableValue One(string allowed, string key, Func<string, string?> convert) =>
        new(allowed, text => convert(text) is { } converted ? [KeyValuePair.Create(key, (string?)converted)] : null) { Key = key };
}
