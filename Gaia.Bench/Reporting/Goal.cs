namespace Gaia.Bench.Reporting;

/// <summary>A limit from the list of goals, and whether a figure keeps it.</summary>
internal sealed record Goal(string Id, double Limit, string Unit, bool AtMost, bool IsTimed = false)
{
    public static Goal NoMoreThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: true);

    public static Goal NoLessThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: false);

    /// <summary>Says that the figure comes from a clock, and means nothing on a machine with other work.</summary>
    public Goal Timed() => this with { IsTimed = true };

    public string Text => $"{(AtMost ? "<=" : ">=")} {Cell.Number(Limit)} {Unit}".TrimEnd();

    public string Verdict(Cell cell, bool busy)
    {
        if (IsTimed && busy)
        {
            return "undecided, machine busy";
        }

        if (cell.Judged is not { } value)
        {
            return "not measured";
        }

        var excess = AtMost ? value - Limit : Limit - value;
        return excess <= 0 ? "met" : $"missed by {Cell.Number(excess)} {Unit}".TrimEnd();
    }
}
