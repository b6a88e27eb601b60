namespace Gaia.Bench.Reporting;

/// <summary>A limit from the list of goals, and whether a figure keeps it.</summary>
internal sealed record Goal(string Id, double Limit, string Unit, bool AtMost)
{
    public static Goal NoMoreThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: true);

    public static Goal NoLessThan(string id, double limit, string unit = "") => new(id, limit, unit, AtMost: false);

    public string Text => $"{(AtMost ? "<=" : ">=")} {Cell.Number(Limit)} {Unit}".TrimEnd();

    public string Verdict(Cell cell)
    {
        if (cell.Judged is not { } value)
        {
            return "not measured";
        }

        var excess = AtMost ? value - Limit : Limit - value;
        return excess <= 0 ? "met" : $"missed by {Cell.Number(excess)} {Unit}".TrimEnd();
    }
}
