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

    /// <summary>Failures of several routes, for the reader of the API.</summary>
    public const string NotFound = "No persona has this id.";

    public const string NameTaken = "The owner has another persona of this name.";

    public static void MapPersonas(this IEndpointRouteBuilder routes)
    {
        var personas = routes.MapGroup(Prefix).WithTags("Personas").AddEndpointFilter<ChatExceptionFilter>();

        personas.MapExisting();
        personas.MapPost("/", Create).WithName("CreatePersona").RequireScope(Scopes.PersonasWrite).WithIdempotency<PersonaDraft>()
            .WithSummary("Create a persona").WithDescription("Creates a persona of the caller's. Everybody can talk to it; only its owner and administrators can change it.")
            .FailsWith(StatusCodes.Status409Conflict, NameTaken);
        personas.MapPersonaChoice();
        personas.MapPersonaVersions();
        personas.MapPersonaCards();
        personas.MapPersonaPortrait();

        routes.MapPersonaSource();

        var legacy = routes.MapGroup(LegacyPrefix).WithTags("v0.2").AddEndpointFilter<ChatExceptionFilter>();

        legacy.MapExisting("V02");
        legacy.MapPersonaChoice("V02");
    }

    /// <summary>Describes that a route is for the owner of the persona, and administrators.</summary>
    public static RouteHandlerBuilder FailsForOthers(this RouteHandlerBuilder route) =>
        route.FailsWith(StatusCodes.Status403Forbidden, "The caller is neither the owner of the persona nor an administrator.");

    private static void MapExisting(this RouteGroupBuilder personas, string version = "")
    {
        personas.MapGet("/", List).WithName($"ListPersonas{version}")
            .WithSummary("List personas")
            .WithDescription("Active personas of everybody unless told otherwise, oldest first. System prompts are shown to signed-in callers only.");
        personas.MapGet("/{id}", Get).WithName($"GetPersona{version}").Produces(StatusCodes.Status304NotModified)
            .WithSummary("Get a persona").WithDescription("Shows a persona. The system prompt is shown to signed-in callers only.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
        personas.MapPut("/{id}", Change).WithName($"ChangePersona{version}").RequireAuthorization().ReadsIfMatch().FailsForOthers()
            .WithSummary("Change a persona").WithDescription("Changes what the request names and leaves the rest. Every change makes a version.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound)
            .FailsWith(StatusCodes.Status409Conflict, NameTaken);
        personas.MapDelete("/{id}", Deactivate).WithName($"DeletePersona{version}").RequireAuthorization().ReadsIfMatch().FailsForOthers()
            .WithSummary("Delete a persona").WithDescription("Deactivates a persona: nobody can talk to it any more. A change with `is_active` brings it back.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
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
