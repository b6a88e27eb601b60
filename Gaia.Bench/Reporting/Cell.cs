using System.Globalization;

namespace Gaia.Bench.Reporting;

/// <summary>A figure in a table, and the value that the row's goal is compared with (null for text only).</summary>
internal sealed record Cell(string Text, double? Value = null)
{
    public static readonly Cell None = new("-");

    /// <summary>The median, with the minimum and maximum of all repetitions.</summary>
    public static Cell Median(Statistics repetitions, string unit = "") =>
        new($"{Spread(repetitions, repetitions.Median)}{Suffix(unit)}", repetitions.Median);

    /// <summary>The maximum, for what must never happen in any repetition.</summary>
    public static Cell Worst(Statistics repetitions, string unit = "") =>
        new($"{Spread(repetitions, repetitions.Maximum)}{Suffix(unit)}", repetitions.Maximum);

    public Cell With(string remark) => this with { Text = $"{Text}, {remark}" };

    /// <summary>Formats with three significant digits, without an exponent.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size >= 100 || size == Math.Truncate(size) ? "#,0" : size >= 10 ? "0.0" : size >= 1 ? "0.00" : "0.000";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Spread(Statistics of, double told) =>
        of.Minimum == of.Maximum ? Number(told) : $"{Number(told)} ({Number(of.Minimum)} to {Number(of.Maximum)})";

    private static string Suffix(string unit) => unit.Length == 0 ? "" : $" {unit}";
}
