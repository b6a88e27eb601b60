namespace Gaia.Bench.Reporting;

/// <summary>A goal's limit, and whether a figure meets it.</summary>
internal sealed record Goal(string Id, double Limit, string Unit, bool AtMost, bool IsTimed = false)
{
    public static Goal NoMoreThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: true);

    public static Goal NoLessThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: false);

    /// <summary>Marks the figure as a time, which means nothing on a busy machine.</summary>
    public Goal Timed() => this with { IsTimed = true };

    public string Text => $"{(AtMost ? "<=" : ">=")} {Cell.Number(Limit)} {Unit}".TrimEnd();

    public string Evaluate(Cell cell, bool busy)
    {
        if (IsTimed && busy)
        {
            return "undecided, machine busy";
        }

        if (cell.Value is not { } value)
        {
            return "not measured";
        }

        var excess = AtMost ? value - Limit : Limit - value;
        return excess <= 0 ? "met" : $"missed by {Cell.Number(excess)} {Unit}".TrimEnd();
    }
}
