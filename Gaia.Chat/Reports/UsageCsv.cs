using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Chat.Reports;

/// <summary>Writes a summary as comma-separated values (RFC 4180).</summary>
internal static class UsageCsv
{
    public const string ContentType = "text/csv";

    // What spreadsheets take for the beginning of a formula.
    private const string FormulaCharacters = "=+-@\t\r";

    public static FileContentHttpResult Of(UsageSummary summary)
    {
        var text = new StringBuilder();
        Append(text, [summary.By, "name", "calls", "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "cost_usd", "unpriced_calls"]);
        foreach (var group in summary.Groups)
        {
            Append(
                text,
                [
                    Cell(group.Key), Cell(group.Name), Number(group.Calls), Number(group.InputTokens), Number(group.OutputTokens), Number(group.CachedTokens),
                    Number(group.ReasoningTokens), Number(group.Cost), Number(group.UnpricedCalls),
                ]);
        }

        if (summary.Truncated)
        {
            Append(text, ["(there are more)"]);
        }

        return TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), $"{ContentType}; charset=utf-8", $"usage-by-{summary.By}-{summary.From:yyyy-MM-dd}-{summary.To:yyyy-MM-dd}.csv");
    }

    private static void Append(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells).Append("\r\n");

    private static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Cell(string? value)
    {
        var safe = value is { Length: > 0 } && FormulaCharacters.Contains(value[0], StringComparison.Ordinal) ? $"'{value}" : value ?? "";
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
