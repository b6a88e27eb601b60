using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Errors;
using Gaia.Personas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

internal static class CharacterCardEndpoints
{
    public static void MapPersonaCards(this RouteGroupBuilder personas)
    {
        personas.MapGet("/{id}/card", Export).WithName("ExportPersona").RequireAuthorization();
        personas.MapPost("/import", Import).WithName("ImportPersona").RequireScope(Scopes.PersonasWrite);
    }

    private static async Task<JsonObject> Export(Guid id, ChatDb db, CancellationToken ct) =>
        CharacterCard.Write(await db.Personas.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw ChatException.NotFound("Persona"));

    private static async Task<Created<PersonaAnswer>> Import([FromBody] JsonDocument card, PersonaChanges changes, CancellationToken ct)
    {
        // The persona keeps parts of the card.
        var root = card.RootElement.Clone();
        card.Dispose();
        var persona = await changes.Create(CharacterCard.Read(root), root.GetRawText(), ct);
        return TypedResults.Created(PersonaEndpoints.PathOf(persona), new PersonaAnswer(persona, "Persona imported successfully"));
    }
}
