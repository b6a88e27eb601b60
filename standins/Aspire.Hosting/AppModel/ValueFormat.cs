using System.Text;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What an interpolated hole may do to its value; Aspire knows one format, <c>uri</c>.</summary>
internal static class ValueFormat
{
    public static string Apply(string value, string format) => ResourceNames.Same(format, "uri")
        ? Uri.EscapeDataString(value)
        : throw new NotSupportedException($"The format '{format}' is not supported. Supported is 'uri'.");

    /// <summary>Doubles single braces, so that a literal survives <see cref="string.Format(string, object?)"/>; doubled ones stay as they are.</summary>
    public static string EscapeBraces(string literal)
    {
        var escaped = new StringBuilder(literal.Length + 4);
        for (var i = 0; i < literal.Length; i++)
        {
            var c = literal[i];
            escaped.Append(c);
            if (c is '{' or '}')
            {
                escaped.Append(c);
                i += i + 1 < literal.Length && literal[i + 1] == c ? 1 : 0;
            }
        }

        return escaped.ToString();
    }
}
