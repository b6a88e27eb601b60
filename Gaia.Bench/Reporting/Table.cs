namespace Gaia.Bench.Reporting;

/// <summary>A row: what was measured, the figures of all contenders (Gaia first), and Gaia's goal; null for information only.</summary>
internal sealed record Row(string Measure, Goal? Goal, params Cell[] Cells);

/// <summary>Prints an aligned Markdown table.</summary>
internal sealed class Table(Machine machine, params string[] contenders)
{
    private readonly List<string[]> lines = [["Goal", "Measure", .. contenders, "Wanted", "Result"]];

    private readonly List<string> notes = [machine.Text];

    /// <summary>Adds a note to the heading.</summary>
    public void Note(string text) => notes.Add(text);

    public void Add(Row row) => lines.Add(
    [
        row.Goal?.Id ?? "",
        row.Measure,
        .. row.Cells.Select(cell => cell.Text),
        .. Enumerable.Repeat(Cell.None.Text, contenders.Length - row.Cells.Length),
        row.Goal?.Text ?? "",
        row.Goal?.Evaluate(row.Cells[0], machine.IsBusy) ?? "",
    ]);

    public void Print(TextWriter output)
    {
        output.WriteLine($"{string.Join("; ", notes)}\n");
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        Print(output, lines[0], widths, ' ');
        Print(output, [.. widths.Select(width => new string('-', width))], widths, '-');
        foreach (var line in lines.Skip(1))
        {
            Print(output, line, widths, ' ');
        }
    }

    private static void Print(TextWriter output, string[] line, int[] widths, char filler) =>
        output.WriteLine($"|{filler}{string.Join($"{filler}|{filler}", line.Select((text, column) => text.PadRight(widths[column])))}{filler}|");
}
