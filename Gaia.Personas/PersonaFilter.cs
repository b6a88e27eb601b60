using System.Diagnostics.CodeAnalysis;

namespace Gaia.Personas;

/// <summary>Which personas a list holds.</summary>
public readonly record struct PersonaFilter(bool ActiveOnly, Guid? CreatedBy) : IParsable<PersonaFilter>
{
    private const string Active = "active";
    private const string Everything = "all";

    /// <summary>Every list that a persona of this creator may stand in.</summary>
    public static IEnumerable<PersonaFilter> Holding(Guid? createdBy)
    {
        Guid?[] creators = createdBy is null ? [null] : [null, createdBy];
        return from creator in creators from activeOnly in (bool[])[true, false] select new PersonaFilter(activeOnly, creator);
    }

    public static PersonaFilter Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var filter) ? filter : throw new FormatException($"'{s}' is not the end of the key of a list.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PersonaFilter result)
    {
        var parts = s?.Split(':', 2) ?? [""];
        Guid? creator = parts.Length is 2 && Guid.TryParse(parts[1], out var id) ? id : null;
        result = new(parts[0] == Active, creator);
        return parts[0] is Active or Everything && parts.Length is 1 == creator is null;
    }

    /// <summary>As the key of the list ends.</summary>
    public override string ToString() => (ActiveOnly ? Active : Everything) + (CreatedBy is { } creator ? $":{creator}" : "");
}
