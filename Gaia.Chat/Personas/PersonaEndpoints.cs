using System.ComponentModel.DataAnnotations;
using Gaia.Caching;
using Gaia.Chat.Errors;
using Gaia.Personas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gaia.Chat.Personas;

internal static class PersonaEndpoints
{
    // Relative where it is a Location: only the gateway knows the address that the caller used.
    private const string Prefix = "/api/v1/chat/personas";
    private const string LegacyPrefix = "/api/v0.2/personas";

    public static void MapPersonas(this IEndpointRouteBuilder routes)
    {
        var personas = routes.MapGroup(Prefix).WithTags("Personas").AddEndpointFilter<ChatExceptionFilter>();

        personas.MapGet("/", List).WithName("ListPersonas");
        personas.MapGet("/{id}", Get).WithName("GetPersona");
        personas.MapPost("/", Create).WithName("CreatePersona").RequireScope(Scopes.PersonasWrite).WithIdempotency<PersonaDraft>();
        personas.MapPut("/{id}", Change).WithName("ChangePersona").RequireAuthorization().ReadsIfMatch();
        personas.MapDelete("/{id}", Deactivate).WithName("DeletePersona").RequireAuthorization().ReadsIfMatch();
        personas.MapPersonaChoice();
        personas.MapPersonaVersions();
        personas.MapPersonaCards();
        personas.MapPersonaPortrait();

        routes.MapPersonaSource();

        var legacy = routes.MapGroup(LegacyPrefix).WithTags("v0.2").AddEndpointFilter<ChatExceptionFilter>();

        legacy.MapGet("/", List).WithName("ListPersonasV02");
        legacy.MapGet("/{id}", Get).WithName("GetPersonaV02");
        legacy.MapPut("/{id}", Change).WithName("ChangePersonaV02").RequireAuthorization().ReadsIfMatch();
        legacy.MapDelete("/{id}", Deactivate).WithName("DeletePersonaV02").RequireAuthorization().ReadsIfMatch();
        legacy.MapPersonaChoice("V02");
    }

    /// <summary>Where a persona is read.</summary>
    public static string PathOf(PersonaView persona) => $"{Prefix}/{persona.Id}";

    private static async Task<Prepared<PersonaList>> List(
        CurrentUser user,
        HttpContext context,
        RegionCache<PersonaFilter, PersonaPage> lists,
        PersonaResponseCache answers,
        ChatDb db,
        CancellationToken ct,
        [FromQuery(Name = "active_only")] bool activeOnly = true,
        [FromQuery(Name = "created_by")] Guid? createdBy = null,
        [Range(1, PersonaPage.Limit)] int? limit = null,
        Guid? cursor = null)
    {
        var filter = new PersonaFilter(activeOnly, createdBy);
        if (limit is not null || cursor is not null)
        {
            return answers.Of(await PersonaSource.GetPageAsync(db, filter, limit ?? PersonaPage.Limit, cursor, ct), user.IsAuthenticated);
        }

        var first = await lists.GetAsync(filter, ct);
        context.Response.MarkStale(first.IsStale);
        return answers.Of(first.Value!, user.IsAuthenticated);
    }

    private static async Task<Prepared<PersonaAnswer>> Get(
        Guid id, CurrentUser user, HttpContext context, RegionCache<Guid, PersonaView> personas, PersonaResponseCache answers, CancellationToken ct)
    {
        var persona = await personas.GetAsync(id, ct);
        context.Response.MarkStale(persona.IsStale);
        return answers.Of(persona.Value ?? throw ChatException.NotFound("Persona"), user.IsAuthenticated);
    }

    private static async Task<Created<PersonaAnswer>> Create(PersonaDraft draft, CurrentUser user, HttpContext context, PersonaChanges changes, CancellationToken ct)
    {
        var persona = await changes.CreateAsync(draft, card: null, portrait: null, ct);
        context.Response.Headers.ETag = PersonaTag.Of(persona);
        return TypedResults.Created(PathOf(persona), new PersonaAnswer(persona, "Persona created successfully"));
    }

    private static async Task<PersonaAnswer> Change(
        Guid id, PersonaChange change, CurrentUser user, HttpContext context, PersonaChanges changes, CancellationToken ct)
    {
        var persona = await changes.ChangeAsync(
            id,
            p =>
            {
                change.ApplyTo(p);
                return Task.CompletedTask;
            },
            IfMatch.Of(context),
            ct);
        context.Response.Headers.ETag = PersonaTag.Of(persona);
        return new(persona, "Persona updated successfully");
    }

    private static async Task<PersonaMessage> Deactivate(Guid id, HttpContext context, PersonaChanges changes, CancellationToken ct)
    {
        await changes.ChangeAsync(
            id,
            p =>
            {
                p.IsActive = false;
                return Task.CompletedTask;
            },
            IfMatch.Of(context),
            ct);
        return new("Persona deleted successfully");
    }
}

internal sealed record PersonaMessage(string Message);
