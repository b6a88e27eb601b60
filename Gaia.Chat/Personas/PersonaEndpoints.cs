using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gaia.Chat.Personas;

internal static class PersonaEndpoints
{
    public static void MapPersonas(this IEndpointRouteBuilder routes)
    {
        var personas = routes.MapGroup("/api/v1/chat/personas").WithTags("Personas");

        personas.MapGet("/", List).WithName("ListPersonas");
        personas.MapGet("/{id}", Get).WithName("GetPersona");
        personas.MapPost("/", Create).WithName("CreatePersona").RequireScope(Scopes.PersonasWrite);
    }

    private static async Task<PersonaList> List(
        CurrentUser user,
        PersonaReader personas,
        CancellationToken ct,
        [FromQuery(Name = "active_only")] bool activeOnly = true,
        [FromQuery(Name = "created_by")] Guid? createdBy = null)
    {
        var found = await personas.List(new(activeOnly, createdBy), ct);
        return new([.. found.Select(p => p.For(user))], found.Count, "Personas retrieved successfully", Success: true);
    }

    private static async Task<Results<Ok<PersonaAnswer>, ProblemHttpResult>> Get(Guid id, CurrentUser user, PersonaReader personas, CancellationToken ct) =>
        await personas.Get(id, ct) is { } persona
            ? TypedResults.Ok(new PersonaAnswer(persona.For(user), "Persona retrieved successfully"))
            : TypedResults.Problem("Persona not found", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Results<CreatedAtRoute<PersonaAnswer>, ProblemHttpResult>> Create(
        PersonaDraft draft, CurrentUser user, ChatDb db, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var persona = new Persona
        {
            Name = draft.Name,
            Description = draft.Description,
            SystemPrompt = draft.SystemPrompt,
            PersonalityTraits = draft.PersonalityTraits ?? Persona.EmptyObject,
            Capabilities = draft.Capabilities ?? Persona.EmptyObject,
            IsActive = draft.IsActive,
            CreatedBy = user.Id,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(persona);

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return TypedResults.Problem($"A persona named \"{draft.Name}\" exists already", statusCode: StatusCodes.Status409Conflict);
        }

        var view = PersonaView.From.Compile()(persona);
        return TypedResults.CreatedAtRoute(new PersonaAnswer(view, "Persona created successfully"), "GetPersona", new { id = persona.Id });
    }
}

internal sealed record PersonaList(IReadOnlyList<PersonaView> Personas, int Total, string Message, bool Success);

internal sealed record PersonaAnswer(PersonaView Persona, string Message);
