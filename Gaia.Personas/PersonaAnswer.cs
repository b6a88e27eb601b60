using System.Text.Json.Serialization;

namespace Gaia.Personas;

public sealed record PersonaAnswer(PersonaView Persona, string Message);

/// <param name="Total">How many there are, on all pages.</param>
/// <param name="NextCursor">What asks for the page after this one; none on the last.</param>
public sealed record PersonaList(
    IReadOnlyList<PersonaView> Personas,
    int Total,
    string Message,
    bool Success,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? NextCursor)
{
    public static PersonaList Of(PersonaPage page) => new(page.Personas, page.Total, "Personas retrieved successfully", Success: true, page.Next);
}
