using System.Globalization;

namespace Gaia.Publishing.Configuration;

/// <summary>What holds without a variable: the default of the option that it sets, or what the table of variables says in words.</summary>
internal static class VariableDefaults
{
    public static string Of(EnvironmentVariable variable) => variable.Default.Length > 0 ? variable.Default : OfOption(variable) ?? "";

    /// <summary>The default of the option that a variable sets, as it would be written; null when there is none.</summary>
    public static string? OfOption(string name) => EnvironmentVariables.All.SingleOrDefault(variable => variable.Name == name) is { } variable ? OfOption(variable) : null;

    private static string? OfOption(EnvironmentVariable variable) =>
        variable.Value is { Key: { } key } value && OptionTypes.DefaultOf(key) is { } option ? Write(value, option) : null;

    private static string? Write(VariableValue variable, object value)
    {
        // Words such as on and off stand for values: the one that is read as the default is it.
        var candidates = variable.Allowed.Split(' ', ',').Append(value is TimeSpan time ? time.TotalSeconds.ToString(CultureInfo.InvariantCulture) : Setting.Text(value));
        return candidates.FirstOrDefault(text => text.Length > 0 && variable.Read(text)?.SingleOrDefault().Value == Setting.Text(value));
    }
}
