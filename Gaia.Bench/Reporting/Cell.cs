using System.Globalization;

namespace Gaia.Bench.Reporting;

/// <summary>One figure of a table, and the value in it that the row's goal is about (none for plain words).</summary>
internal sealed record Cell(string Text, double? Judged = null)
{
    public static readonly Cell None = new("-");

    /// <summary>The median, with the least and the most of all repetitions.</summary>
    public static Cell Median(Statistics repetitions, string unit = "") =>
        new($"{Spread(repetitions, repetitions.Median)}{Suffix(unit)}", repetitions.Median);

    /// <summary>The worst repetition counts: what must never happen is not excused by a median.</summary>
    public static Cell Worst(Statistics repetitions, string unit = "") =>
        new($"{Spread(repetitions, repetitions.Most)}{Suffix(unit)}", repetitions.Most);

    public Cell With(string remark) => this with { Text = $"{Text}, {remark}" };

    /// <summary>Three digits that count, never an exponent.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        var format = size >= 100 || size == Math.Truncate(size) ? "#,0" : size >= 10 ? "0.0" : size >= 1 ? "0.00" : "0.000";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Spread(Statistics of, double told) =>
        of.Least == of.Most ? Number(told) : $"{Number(told)} ({Number(of.Least)} to {Number(of.Most)})";

    private static string Suffix(string unit) => unit.Length == 0 ? "" : $" {unit}";
}
