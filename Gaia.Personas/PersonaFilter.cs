namespace Gaia.Personas;

/// <summary>Which personas a list holds.</summary>
public readonly record struct PersonaFilter(bool ActiveOnly, Guid? CreatedBy)
{
    /// <summary>Every list that a persona of this creator may stand in.</summary>
    public static IEnumerable<PersonaFilter> Holding(Guid? createdBy)
    {
        Guid?[] creators = createdBy is null ? [null] : [null, createdBy];
        return from creator in creators from activeOnly in (bool[])[true, false] select new PersonaFilter(activeOnly, creator);
    }

    /// <summary>As the key of the list ends.</summary>
    public override string ToString() => (ActiveOnly ? "active" : "all") + (CreatedBy is { } creator ? $":{creator}" : "");
}
