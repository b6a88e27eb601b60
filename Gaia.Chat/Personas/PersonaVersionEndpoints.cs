using Gaia.Chat.Errors;
using Gaia.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

/// <summary>The history of a persona, for those who may change it.</summary>
internal static class PersonaVersionEndpoints
{
    private const int Limit = 100;
    private const string NotFound = "No persona has this id, or it has no such version.";

    public static void MapPersonaVersions(this RouteGroupBuilder personas)
    {
        personas.MapGet("/{id}/versions", List).WithName("ListPersonaVersions").RequireAuthorization().FailsForOthers()
            .WithSummary("List the versions of a persona").WithDescription("Newest first, at most 100; `before` is the last version of the page before.")
            .FailsWith(StatusCodes.Status404NotFound, PersonaEndpoints.NotFound);
        personas.MapGet("/{id}/versions/{version}", Get).WithName("GetPersonaVersion").RequireAuthorization().FailsForOthers()
            .WithSummary("Get a version of a persona").WithDescription("Shows a persona as it was.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound);
        personas.MapPost("/{id}/versions/{version}/restore", Restore).WithName("RestorePersonaVersion").RequireAuthorization().ReadsIfMatch().FailsForOthers()
            .WithSummary("Restore a version of a persona").WithDescription("Makes a persona what it was, as a new version.")
            .FailsWith(StatusCodes.Status404NotFound, NotFound)
            .FailsWith(StatusCodes.Status409Conflict, PersonaEndpoints.NameTaken);
    }

    private static async Task<PersonaVersionList> List(Guid id, PersonaChanges changes, ChatDb db, CancellationToken ct, long? before = null)
    {
        await changes.FindOwnAsync(id, ct);
        return new(await db.PersonaVersions
            .Where(v => v.PersonaId == id && (before == null || v.Version < before))
            .OrderByDescending(v => v.Version)
            .Take(Limit)
            .Select(PersonaVersionView.From)
            .ToListAsync(ct));
    }

    private static async Task<PersonaVersionView> Get(Guid id, long version, PersonaChanges changes, ChatDb db, CancellationToken ct)
    {
        await changes.FindOwnAsync(id, ct);
        return await Find(id, version, db, ct);
    }

    /// <summary>Restoring is a change like any other: it makes a new version.</summary>
    private static async Task<PersonaAnswer> Restore(Guid id, long version, HttpContext context, PersonaChanges changes, ChatDb db, CancellationToken ct)
    {
        var persona = await changes.ChangeAsync(
            id,
            async p =>
            {
                var then = await Find(id, version, db, ct);
                new PersonaChange(then.Name, then.Description, then.SystemPrompt, then.PersonalityTraits, then.Capabilities, then.IsActive, then.Settings ?? new()).ApplyTo(p);
            },
            IfMatch.Of(context),
            ct,
            isRestored: true);
        return new(persona, "Persona restored successfully");
    }

    private static async Task<PersonaVersionView> Find(Guid id, long version, ChatDb db, CancellationToken ct) =>
        await db.PersonaVersions.Where(v => v.PersonaId == id && v.Version == version).Select(PersonaVersionView.From).SingleOrDefaultAsync(ct)
        ?? throw ChatException.NotFound("Version");
}

internal sealed record PersonaVersionList(IReadOnlyList<PersonaVersionView> Versions);
