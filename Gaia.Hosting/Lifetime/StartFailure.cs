using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>Describes in one line why a resource cannot start.</summary>
internal static partial class StartFailure
{
    /// <summary>Finds the line of the output that names the cause, if possible among those on standard error, and adds a remedy.</summary>
    public static string Describe(string resource, int ends, IEnumerable<LogLine> output)
    {
        var lines = output.OrderBy(line => line.IsErrorMessage).Select(line => Timestamp().Replace(line.Content, "").Trim()).Where(line => line.Length > 0).ToList();
        string? Find(string text) => lines.LastOrDefault(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

        return Find("No space left on device") is { } full ? $"{resource}: {full.TrimEnd('.')}. Free some disk space."
            : Find("Read-only file system") is { } readOnly ? $"{resource}: {readOnly.TrimEnd('.')}. Make the folder writable."
            : (Find("address already in use") ?? Find("address in use")) is { } taken ? $"{resource}: {taken.TrimEnd('.')}. Stop the program that has the port, or choose another port."
            : $"{resource}: ended {ends} times before it was ready, its last line: {lines.LastOrDefault() ?? "(none)"}";
    }

    /// <summary>The prefix that DCP adds to each line.</summary>
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+Z ")]
    private static partial Regex Timestamp();
}
